using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Routing;

/// <summary>What a Host names.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="App">The app, when it is one.</param>
/// <param name="Version">The version it asks for; null for the live one.</param>
/// <param name="Domain">A name elsewhere, lower case, which may be a custom domain; null for everything else.</param>
internal sealed record HostTarget(HostKind Kind, AppKey App = default, int? Version = null, string? Domain = null);
