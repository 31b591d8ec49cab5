namespace Platform.Dashboard.Hosting;

/// <summary>What writes of a cookie's session send with them.</summary>
/// <param name="HeaderName">The header's name.</param>
/// <param name="Token">Its value.</param>
/// <param name="Cookie">The cookie that it belongs to, name and value.</param>
internal sealed record Antiforgery(string HeaderName, string Token, string Cookie);
