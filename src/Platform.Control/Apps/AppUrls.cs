using Microsoft.AspNetCore.Http;

namespace Platform.Control.Apps;

/// <summary>Makes the addresses of apps and versions (design section 5).</summary>
internal sealed class AppUrls(ControlOptions options)
{
    public string App(HttpRequest request, string tenant, string app) => Url(request, $"{app}--{tenant}");

    public string Version(HttpRequest request, string tenant, string app, long version) => Url(request, $"{app}--v{version}--{tenant}");

    private string Url(HttpRequest request, string label)
    {
        // Without a setting, an app is reached by the scheme and port that this call came by: there is one port.
        var scheme = options.PublicUrl?.Scheme ?? request.Scheme;
        var port = options.PublicUrl?.Port ?? request.Host.Port ?? -1;
        return new UriBuilder(scheme, $"{label}.{options.AppsDomain}", port).Uri.AbsoluteUri;
    }
}
