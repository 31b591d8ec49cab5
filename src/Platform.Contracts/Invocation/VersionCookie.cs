namespace Platform.Contracts.Invocation;

/// <summary>The cookie that keeps a client with a version of a split app. It is the gateway's alone: a guest neither sees nor sets it.</summary>
public static class VersionCookie
{
    /// <summary>Its name.</summary>
    public const string Name = "platform-version";

    /// <summary>Whether a value of <c>Set-Cookie</c> would set it, as a user agent reads it (RFC 6265 section 5.2; a cookie without a name is sent back as its value alone).</summary>
    public static bool IsSetBy(ReadOnlySpan<char> setCookie)
    {
        var rest = setCookie.TrimStart(" \t=");
        return rest.StartsWith(Name, StringComparison.Ordinal) && rest[Name.Length..].TrimStart(" \t") is ['=', ..];
    }
}
