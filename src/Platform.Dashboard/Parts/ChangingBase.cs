using Microsoft.AspNetCore.Components;
using MudBlazor;
using Platform.Dashboard.Api;

namespace Platform.Dashboard.Parts;

/// <summary>A page, or a part of one, that changes something.</summary>
public abstract class ChangingBase : PageBase
{
    /// <summary>Why the last call was refused; null when it wasn't.</summary>
    protected ApiProblem? Problem { get; set; }

    /// <summary>Whether a change is under way.</summary>
    protected bool IsBusy { get; private set; }

    [Inject]
    private protected IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private protected ISnackbar Snackbar { get; set; } = default!;

    /// <summary>Asks before what can't be undone.</summary>
    protected async Task<bool> ConfirmAsync(string title, string text, string yes) => await Dialogs.ShowMessageBoxAsync(title, text, yesText: yes, cancelText: "Cancel") == true;

    /// <summary>Makes a change, and says that it is made; what was refused is in <see cref="Problem"/>.</summary>
    protected async Task<ApiResult<T>> ChangeAsync<T>(HttpMethod method, string path, string done, object? body = null, string? ifMatch = null)
        where T : class
    {
        IsBusy = true;
        try
        {
            var result = await Api.SendAsync<T>(method, path, body, ifMatch, cancellationToken: Ended);
            Problem = result.Problem;
            if (!result.IsRefused)
            {
                Snackbar.Add(done, Severity.Success);
            }

            return result;
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>Makes a change whose answer is of no interest; whether it was made.</summary>
    protected async Task<bool> TryChangeAsync(HttpMethod method, string path, string done, object? body = null, string? ifMatch = null) =>
        !(await ChangeAsync<object>(method, path, done, body, ifMatch)).IsRefused;
}
