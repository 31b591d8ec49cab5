using Microsoft.AspNetCore.Http;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Errors;
using Platform.Gateway.Forwarding;
using Platform.Gateway.Routing;

namespace Platform.Gateway.Https;

/// <summary>
/// What happens to plain HTTP when the platform's public URL is https: pages are redirected, everything else is refused, since what is redirected was already sent once unencrypted. Still served are health
/// probes, whoever is on this machine and asks a loopback Host, and custom domains without a certificate here, which have no https to go to.
/// </summary>
internal sealed class HttpsRules(GatewayOptions options)
{
    // A year; not for subdomains: what else lives under the base domain is none of the platform's business.
    private const string StrictTransport = "max-age=31536000";

    private static readonly Func<object, Task> s_setStrictTransport = static state =>
    {
        // What the guest says of its own host goes first.
        ((HttpResponse)state).Headers.TryAdd("Strict-Transport-Security", StrictTransport);
        return Task.CompletedTask;
    };

    private readonly Uri? _url = options.HttpsUrl;

    /// <summary>Whether there is anything to be looked at.</summary>
    public bool IsOn => _url is not null;

    /// <summary>Where the request is to be sent again; null when it isn't redirected. Only to hosts that are served here, the path and query as they came.</summary>
    public string? Redirection(HttpContext context, HostTarget host, DomainSnapshot? domain) =>
        IsPlain(context, host, domain) && IsRedirected(context.Request) ? Origin(context.Request, host) + RequestTarget.Raw(context) : null;

    /// <summary>Why the request isn't served; null when it is. Over TLS the response says that it shall stay so.</summary>
    public GatewayProblem? Refusal(HttpContext context, HostTarget host, DomainSnapshot? domain)
    {
        if (context.Request.IsHttps && host.Kind != HostKind.Unknown)
        {
            context.Response.OnStarting(s_setStrictTransport, context.Response);
        }

        return IsPlain(context, host, domain)
            ? GatewayProblem.HttpsRequired(Origin(context.Request, host), context.Request.Headers.Authorization.Count > 0)
            : null;
    }

    // A token in a request that is then redirected would be sent twice, the first time for everybody to read, and nobody would notice.
    private static bool IsRedirected(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.Authorization.Count == 0;

    private static bool IsPlain(HttpContext context, HostTarget host, DomainSnapshot? domain) => !context.Request.IsHttps && host.Kind switch
    {
        HostKind.Base => !IsProbe(context.Request.Path) && !LocalRequest.Is(context),
        HostKind.App => true,
        _ => domain is { App: not null, Certificate: not null },
    };

    private static bool IsProbe(PathString path) => path.Value is "/healthz" or "/readyz";

    // An address or localhost is no name of a certificate: the public URL's is.
    private string Origin(HttpRequest request, HostTarget host)
    {
        var name = request.Host.Host;
        if (host.Kind == HostKind.Base && !name.AsSpan().TrimEnd('.').Equals(options.BaseDomain, StringComparison.OrdinalIgnoreCase))
        {
            name = _url!.Host;
        }

        return _url!.IsDefaultPort ? $"https://{name}" : $"https://{name}:{_url.Port}";
    }
}
