using System.Net;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities;

/// <summary>A server of a tenant's, as a guest's URL names it: scheme, host, port, user, password, path and query.</summary>
internal sealed record ServerAddress(string Scheme, string Host, int Port, string? User, string? Password, string Path, string Query)
{
    private const int MaxLength = 2048;

    /// <summary>Reads a URL.</summary>
    /// <exception cref="CapabilityException">It isn't one of the schemes.</exception>
    public static ServerAddress Parse(string text, params ReadOnlySpan<(string Scheme, int Port)> schemes)
    {
        foreach (var (scheme, port) in schemes)
        {
            if (text.Length <= MaxLength && text.StartsWith(scheme + "://", StringComparison.OrdinalIgnoreCase)
                && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
            {
                var user = uri.UserInfo.Split(':', 2);
                return new ServerAddress(
                    scheme,
                    uri.IdnHost,
                    uri.Port > 0 ? uri.Port : port,
                    user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
                    user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
                    Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
                    uri.Query);
            }
        }

        throw Invalid();
    }

    /// <summary>The address as an error.</summary>
    public static CapabilityException Invalid(string message = "the address is not valid") => new(message, failure: CapabilityFailure.Address);

    /// <summary>The parameters of the query; the last of a name counts.</summary>
    public Dictionary<string, string> Parameters()
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            parameters[WebUtility.UrlDecode(parts[0])] = parts.Length > 1 ? WebUtility.UrlDecode(parts[1]) : "";
        }

        return parameters;
    }
}
