namespace Platform.Contracts.Http;

/// <summary>
/// Which cookies an app may set. Apps are siblings under one domain, which may be the dashboard's too: a cookie with a <c>Domain</c> above the app's own host would reach other tenants and the platform. Reads
/// <c>Set-Cookie</c> at least as generously as browsers do (RFC 6265bis section 5.6), so that no spelling means more to them than to this.
/// </summary>
public static class GuestCookies
{
    /// <summary>The field's name in lower case.</summary>
    public const string FieldName = "set-cookie";

    // The platform's session with what its writes need, and which version of an app a client stays with; under any prefix, since the prefix is part of what makes the name.
    private static readonly string[] Reserved = ["platform-session", "platform-antiforgery", "platform-version"];
    private static readonly string[] Prefixes = ["__host-http-", "__http-", "__host-", "__secure-"];

    /// <summary>Why a cookie must not be set on this host; null when it may.</summary>
    /// <param name="value">The value of one <c>Set-Cookie</c> field.</param>
    /// <param name="host">The request's host, without port.</param>
    public static string? Refusal(string value, string host)
    {
        foreach (var c in value)
        {
            // Browsers differ: some cut there, some drop the cookie.
            if (char.IsControl(c) && c != '\t')
            {
                return "it has a control character";
            }
        }

        var text = value.AsSpan();
        var end = text.IndexOf(';');
        if (IsReserved(end < 0 ? text : text[..end]))
        {
            return "its name is the platform's";
        }

        var own = host.AsSpan();
        own = own is [.., '.'] ? own[..^1] : own;
        while (end >= 0)
        {
            text = text[(end + 1)..];
            end = text.IndexOf(';');
            var attribute = end < 0 ? text : text[..end];
            var equals = attribute.IndexOf('=');
            if (equals < 0 || !attribute[..equals].Trim().Equals("domain", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // An empty one is none; a leading dot says nothing. Each has to be right, whichever a browser takes.
            var domain = attribute[(equals + 1)..].Trim();
            domain = domain is ['.', ..] ? domain[1..] : domain;
            if (!domain.IsEmpty && !domain.Equals(own, StringComparison.OrdinalIgnoreCase))
            {
                return $"its Domain '{domain}' isn't {own}";
            }
        }

        return null;
    }

    // A nameless cookie whose value has an equals sign looks to a server like one of that name.
    private static bool IsReserved(ReadOnlySpan<char> pair)
    {
        while (pair.Trim() is ['=', ..] nameless)
        {
            pair = nameless[1..];
        }

        var equals = pair.IndexOf('=');
        var name = (equals < 0 ? pair : pair[..equals]).Trim();
        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                name = name[prefix.Length..];
                break;
            }
        }

        foreach (var reserved in Reserved)
        {
            if (name.Equals(reserved, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
