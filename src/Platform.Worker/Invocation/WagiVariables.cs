using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>
/// The environment of a WAGI handler: CGI/1.1 (RFC 3875), WAGI's variables (https://github.com/deislabs/wagi/blob/main/docs/environment_variables.md) and
/// those that Spin's WAGI executor adds.
/// </summary>
internal static class WagiVariables
{
    /// <summary>The arguments of a handler that isn't WAGI.</summary>
    public static readonly IReadOnlyList<string> NoArguments = ["handler"];

    /// <summary>The manifest's variables, then what the request says: a manifest can't forge the latter, nor a client the former.</summary>
    public static List<KeyValuePair<string, string>> Create(
        HttpContext http, InvocationTarget target, ResolvedComponent component, IReadOnlyList<HeaderField> headers)
    {
        var request = http.Request;
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            AddHeader(variables, header);
        }

        foreach (var (name, value) in component.Environment)
        {
            variables[name] = value;
        }

        var script = ScriptName(http, target);
        var address = SandboxRequests.AddressOf(http.Connection.RemoteIpAddress);
        var host = request.Host;
        var pathInfo = target.PathInfo;
        variables["AUTH_TYPE"] = "";
        variables["CONTENT_LENGTH"] = request.ContentLength?.ToString(CultureInfo.InvariantCulture) ?? "";
        variables["CONTENT_TYPE"] = request.ContentType ?? "";
        variables["GATEWAY_INTERFACE"] = "CGI/1.1";
        variables["PATH_INFO"] = Uri.UnescapeDataString(pathInfo);
        variables["PATH_TRANSLATED"] = Uri.UnescapeDataString(pathInfo);
        variables["QUERY_STRING"] = request.QueryString.HasValue ? request.QueryString.Value![1..] : "";
        variables["REMOTE_ADDR"] = address;
        variables["REMOTE_HOST"] = address;
        variables["REMOTE_USER"] = "";
        variables["REQUEST_METHOD"] = request.Method;
        variables["SCRIPT_NAME"] = script;
        variables["SERVER_NAME"] = host.Host;
        variables["SERVER_PORT"] = (host.Port ?? (request.IsHttps ? 443 : 80)).ToString(CultureInfo.InvariantCulture);
        variables["SERVER_PROTOCOL"] = request.Protocol;
        variables["SERVER_SOFTWARE"] = "WAGI/1";
        variables["X_BASE_PATH"] = "/";
        variables["X_COMPONENT_ROUTE"] = script.Length == 0 ? "/" : script;
        variables["X_FULL_URL"] = $"{request.Scheme}://{host.Value}{SandboxRequests.RawTarget(http)}";
        variables["X_MATCHED_ROUTE"] = target.Route;
        variables["X_RAW_COMPONENT_ROUTE"] = target.Route;
        variables["X_RAW_PATH_INFO"] = pathInfo;
        return [.. variables];
    }

    /// <summary>The program's name and the query's parts, as Spin gives them: <c>${SCRIPT_NAME} ${ARGS}</c>.</summary>
    public static IReadOnlyList<string> ArgumentsOf(HttpContext http, InvocationTarget target)
    {
        var query = http.Request.QueryString.Value;
        var arguments = new List<string> { ScriptName(http, target) };
        if (query is { Length: > 1 })
        {
            arguments.AddRange(query[1..].Split('&', StringSplitOptions.RemoveEmptyEntries));
        }

        return arguments;
    }

    // What of the path the route matched: all of it, less what its trailing wildcard took.
    private static string ScriptName(HttpContext http, InvocationTarget target)
    {
        var path = PathOf(SandboxRequests.RawTarget(http));
        var script = target.PathInfo.Length > 0 && path.EndsWith(target.PathInfo, StringComparison.Ordinal) ? path[..^target.PathInfo.Length] : path;
        return script.Length > 1 ? script.TrimEnd('/') : script;
    }

    private static string PathOf(string target) => target.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? target[..query] : target;

    private static void AddHeader(Dictionary<string, string> variables, HeaderField header)
    {
        // "Proxy" would become HTTP_PROXY, which programs take for their outbound proxy (httpoxy, CVE-2016-5385).
        if (header.Name is "proxy" or "content-length" or "content-type")
        {
            return;
        }

        var name = string.Create(header.Name.Length + 5, header.Name, static (buffer, name) =>
        {
            "HTTP_".CopyTo(buffer);
            for (var i = 0; i < name.Length; i++)
            {
                buffer[i + 5] = char.IsAsciiLetterOrDigit(name[i]) ? char.ToUpperInvariant(name[i]) : '_';
            }
        });

        variables[name] = variables.TryGetValue(name, out var before) ? $"{before}, {header.Value}" : header.Value;
    }
}
