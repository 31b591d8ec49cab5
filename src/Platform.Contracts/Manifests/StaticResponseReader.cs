using System.Buffers;
using System.Text;
using Platform.Contracts.Http;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Manifests;

/// <summary>Reads <c>static_response</c> of an HTTP trigger: <c>{ status_code = 404, headers = { … }, body = "…" }</c>, all of it optional.</summary>
internal static class StaticResponseReader
{
    // A page that says something is wrong, not a site: files are for that.
    private const int MaxBodyBytes = 64 << 10;
    private const int MaxHeaders = 64;
    private const int MaxHeaderLength = 4096;

    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>The response; null when the trigger has none.</summary>
    public static StaticResponseDocument? Read(TableReader trigger)
    {
        if (trigger.Table("static_response") is not { } response)
        {
            return null;
        }

        var status = ReadStatus(response);
        var headers = ReadHeaders(response);
        var body = ReadBody(response);
        response.End();
        return new StaticResponseDocument(status, headers, body);
    }

    private static int ReadStatus(TableReader response)
    {
        switch (response.Take("status_code"))
        {
            case null:
                return 200;
            case { Value.Content: long and >= 200 and <= 599 and var status }:
                return (int)status;
            case { Value: { Content: long status } value }:
                response.Error(value, $"'{response.Name("status_code")}' is {status}; it must be a status from 200 to 599.");
                return 200;
            case { } entry:
                response.Wrong("status_code", entry.Value, "a status from 200 to 599");
                return 200;
        }
    }

    private static SortedDictionary<string, string> ReadHeaders(TableReader response)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (response.Table("headers") is not { } table)
        {
            return headers;
        }

        foreach (var (name, entry) in table.All())
        {
            if (entry.Value.Content is not string value)
            {
                table.Wrong(name, entry.Value, "a string");
            }
            else if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_token) || IsThePlatforms(name))
            {
                table.Error(entry.Value, $"'{table.Name(name)}' is refused: that is no header that an app can set.");
            }
            else if (value.Length > MaxHeaderLength || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                table.Error(entry.Value, $"'{table.Name(name)}' is refused: a header's value is printable ASCII, {MaxHeaderLength} characters at most.");
            }
            else if (name.Equals(GuestCookies.FieldName, StringComparison.OrdinalIgnoreCase) && GuestCookies.Refusal(value, host: "") is not null)
            {
                table.Error(entry.Value, $"'{table.Name(name)}' is refused: an app sets cookies for its own host, without Domain, and none by a name of the platform's.");
            }
            else if (headers.Count == MaxHeaders || !headers.TryAdd(name.ToLowerInvariant(), value))
            {
                table.Error(entry.Value, $"'{table.Name(name)}' is refused: each header once, {MaxHeaders} at most.");
            }
        }

        return headers;
    }

    private static string? ReadBody(TableReader response)
    {
        var entry = response.Take("body");
        switch (entry?.Value.Content)
        {
            case null:
                return null;
            case string text when Encoding.UTF8.GetByteCount(text) <= MaxBodyBytes:
                return text;
            case string:
                response.Error(entry.Value, $"'{response.Name("body")}' has more than {MaxBodyBytes} bytes; let a component answer, or serve a file.");
                return null;
            default:
                response.Wrong("body", entry.Value, "a string");
                return null;
        }
    }

    // Those of the connection (RFC 9110 section 7.6.1), the length, which follows from the body, and the platform's own.
    private static bool IsThePlatforms(string name) => name.ToLowerInvariant() is "connection" or "keep-alive" or "proxy-authenticate" or "proxy-connection"
        or "transfer-encoding" or "upgrade" or "trailer" or "te" or "content-length" or "date" or "server"
        || name.StartsWith("platform-", StringComparison.OrdinalIgnoreCase);
}
