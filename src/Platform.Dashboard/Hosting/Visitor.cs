using Platform.Contracts.Api;

namespace Platform.Dashboard.Hosting;

/// <summary>Who looks at a page, as they were when it was asked for: what calls of the API in their name are made of. Whether they still may is for each call to find out.</summary>
/// <param name="Cookie">The session's cookie, name and value.</param>
/// <param name="Scheme">How the page was asked for.</param>
/// <param name="Host">The Host that it was asked for at.</param>
/// <param name="Address">Where from; null where that isn't known.</param>
/// <param name="Port">The client's port.</param>
/// <param name="Me">What the API said of them.</param>
internal sealed record Visitor(string Cookie, string Scheme, string Host, System.Net.IPAddress? Address, int Port, MeResource? Me = null);
