using Microsoft.JSInterop;

namespace Platform.Dashboard.Parts;

/// <summary>What the browser's tab keeps of what was typed.</summary>
internal static class Drafts
{
    /// <summary>Forgets what was typed on the page: it was used.</summary>
    public static async Task ForgetDraftsAsync(this IJSRuntime js, CancellationToken cancellationToken)
    {
        await using var drafts = await js.InvokeAsync<IJSObjectReference>("import", cancellationToken, "./_content/Platform.Dashboard/drafts.js");
        await drafts.InvokeVoidAsync("forgetDrafts", cancellationToken);
    }
}
