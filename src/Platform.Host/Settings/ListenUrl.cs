using System.Net;
using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>One address to listen on.</summary>
/// <param name="Address">The IP address; null for <c>localhost</c>, which is both loopback addresses.</param>
/// <param name="Port">The port; 0 lets the system choose.</param>
internal sealed record ListenUrl(IPAddress? Address, int Port)
{
    /// <summary>Only reachable from this machine.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>Reads <c>http://host:port</c>.</summary>
    /// <exception cref="StartupException">Not of that form.</exception>
    public static ListenUrl Parse(string text)
    {
        // Uri knows no wildcard hosts; ASP.NET Core's habit is that + and * mean every address.
        var every = text.StartsWith("http://+", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://*", StringComparison.OrdinalIgnoreCase);
        var candidate = every ? string.Concat("http://[::]", text.AsSpan("http://+".Length)) : text;
        if (!Uri.TryCreate(candidate, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new StartupException(
                $"--urls '{text}': not of the form http://ADDRESS:PORT; give one such as http://127.0.0.1:8080 (this release serves plain HTTP: put TLS in front of it)");
        }

        if (uri.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return uri.Port != 0
                ? new ListenUrl(null, uri.Port)
                : throw new StartupException($"--urls '{text}': localhost is two addresses, which can't be given one free port; write http://127.0.0.1:0");
        }

        return IPAddress.TryParse(uri.IdnHost, out var address)
            ? new ListenUrl(address, uri.Port)
            : throw new StartupException($"--urls '{text}': '{uri.IdnHost}' is no IP address; listen on an address, on localhost, or on every address with http://0.0.0.0:{uri.Port}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"http://{Host}:{Port}";

    private string Host => Address is null ? "localhost" : Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();
}
