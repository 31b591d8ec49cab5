using Microsoft.Extensions.Logging;
using Platform.Worker.Invocation;

namespace Platform.Worker.Usage;

/// <summary>Tells other workers, by what they all can reach, what this one is asked for tenants, and hears of theirs: ten times a second while there's something to tell. No request waits for it.</summary>
internal abstract partial class TenantExchange(TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Time between two exchanges, while there are requests.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly AsyncSignal _signal = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isUnreachable;

    /// <summary>What is exchanged, for the log.</summary>
    protected abstract string Subject { get; }

    /// <summary>Begins.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Ends.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _signal.Signal();
        await _running;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>One exchange; that it didn't come about is logged once.</summary>
    internal async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TellAndHearAsync(cancellationToken);
            _isUnreachable = false;
        }
        catch (IOException e)
        {
            if (!_isUnreachable)
            {
                _isUnreachable = true;
                LogUnreachable(Subject, e.Message);
            }
        }
    }

    /// <summary>There's something to tell.</summary>
    protected void Signal() => _signal.Signal();

    /// <exception cref="IOException">Others can't be reached.</exception>
    protected abstract Task TellAndHearAsync(CancellationToken cancellationToken);

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await _signal.WaitAsync();
                await ExchangeAsync(_stop.Token);
                await Task.Delay(Interval, time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    [LoggerMessage(3340, LogLevel.Warning, "What other workers are asked of tenants' {Subject} isn't known ({Reason}): each goes on with its last part")]
    private partial void LogUnreachable(string subject, string reason);
}
