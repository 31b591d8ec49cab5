using System.IO.Hashing;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Http;

namespace Platform.Gateway.Forwarding;

/// <summary>
/// The control plane of a page's circuit, which is in one process's memory: a browser whose connection broke has to come back to it, by whichever gateway. Rendezvous hashing of the session over the control planes'
/// addresses, so that gateways agree without a word between them, in whatever order they name them, and a control plane that is gone moves no session but its own.
/// </summary>
internal static class CircuitAffinity
{
    private static readonly PathString Circuits = new("/_blazor");

    /// <summary>The control plane for a request; null when any will do.</summary>
    public static int? IndexFor(HttpRequest request, IReadOnlyList<Uri> controls)
    {
        if (controls.Count < 2
            || !request.Path.StartsWithSegments(Circuits, StringComparison.OrdinalIgnoreCase)
            || request.Cookies[SessionCookieNames.For(request.IsHttps)] is not { Length: > 0 } session)
        {
            return null;
        }

        var (best, most) = (0, 0UL);
        for (var i = 0; i < controls.Count; i++)
        {
            var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{controls[i].AbsoluteUri}\n{session}"));
            if (hash >= most)
            {
                (best, most) = (i, hash);
            }
        }

        return best;
    }
}
