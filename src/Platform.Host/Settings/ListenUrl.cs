using System.Net;
using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>One address to listen on.</summary>
/// <param name="Address">The IP address; null for <c>localhost</c>, which is both loopback addresses.</param>
/// <param name="Port">The port; 0 lets the system choose.</param>
/// <param name="IsTls">Whether it is <c>https</c>.</param>
internal sealed record ListenUrl(IPAddress? Address, int Port, bool IsTls = false)
{
    /// <summary>Only reachable from this machine.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>Reads <c>http://host:port</c> or <c>https://host:port</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="option">What it was given by.</param>
    /// <exception cref="StartupException">Not of that form.</exception>
    public static ListenUrl Parse(string text, string option = "--urls")
    {
        // Uri knows no wildcard hosts; ASP.NET Core's habit is that + and * mean every address.
        var candidate = text.Replace("://+", "://[::]", StringComparison.Ordinal).Replace("://*", "://[::]", StringComparison.Ordinal);
        if (!Uri.TryCreate(candidate, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.PathAndQuery != "/"
            || uri.UserInfo.Length > 0)
        {
            throw new StartupException($"{option} '{text}': not of the form http://ADDRESS:PORT or https://ADDRESS:PORT; give one such as http://127.0.0.1:8080");
        }

        var tls = uri.Scheme == Uri.UriSchemeHttps;
        if (uri.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return uri.Port != 0
                ? new ListenUrl(null, uri.Port, tls)
                : throw new StartupException($"{option} '{text}': localhost is two addresses, which can't be given one free port; write {uri.Scheme}://127.0.0.1:0");
        }

        return IPAddress.TryParse(uri.IdnHost, out var address)
            ? new ListenUrl(address, uri.Port, tls)
            : throw new StartupException($"{option} '{text}': '{uri.IdnHost}' is no IP address; listen on an address, on localhost, or on every address with {uri.Scheme}://0.0.0.0:{uri.Port}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{Host}:{Port}";

    private string Host => Address is null ? "localhost" : Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();
}
