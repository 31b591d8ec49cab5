using Microsoft.AspNetCore.Components;
using Platform.Dashboard.Api;

namespace Platform.Dashboard.Parts;

/// <summary>A page, with the API, and an end.</summary>
public abstract class PageBase : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    /// <summary>Nothing has ended yet.</summary>
    protected PageBase() => Ended = _ended.Token;

    /// <summary>Cancelled when the page is left; what still runs then may ask for it.</summary>
    protected CancellationToken Ended { get; }

    /// <summary>Where the browser is.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private protected PlatformApi Api { get; set; } = default!;

    [Inject]
    private protected TimeProvider Time { get; set; } = default!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the page began.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended.Cancel();
            _ended.Dispose();
        }
    }

    /// <summary>Does something again and again until the page is left, and shows the page anew each time.</summary>
    protected async Task RepeatAsync(TimeSpan interval, Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var ended = Ended;
        using var timer = new PeriodicTimer(interval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await action();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
