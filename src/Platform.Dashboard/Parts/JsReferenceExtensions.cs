using Microsoft.JSInterop;

namespace Platform.Dashboard.Parts;

/// <summary>References to a page's scripts.</summary>
internal static class JsReferenceExtensions
{
    /// <summary>Lets go of a reference; where the browser is gone there is none.</summary>
    public static async ValueTask DisposeQuietlyAsync(this IJSObjectReference reference)
    {
        try
        {
            await reference.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // Gone with its page.
        }
    }

    /// <summary>Ends what the browser does for it (its own <c>dispose</c>), and lets go of it; what went with its page is gone already.</summary>
    public static async ValueTask EndQuietlyAsync(this IJSObjectReference reference)
    {
        try
        {
            await reference.InvokeVoidAsync("dispose");
            await reference.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // Gone with its page.
        }
    }
}
