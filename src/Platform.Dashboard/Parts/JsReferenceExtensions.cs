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
}
