namespace Platform.Contracts.Api;

/// <summary>Answer of a deploy: 201 when it is live, 202 while it compiles.</summary>
/// <param name="Version">The new version's number.</param>
/// <param name="State"><c>ready</c> with 201, <c>compiling</c> with 202.</param>
/// <param name="Url">Where the app answers.</param>
/// <param name="Urls">The app's address and the version's own.</param>
/// <param name="Capabilities">What its components may reach, one line each; empty: nothing.</param>
/// <param name="CapabilityChanges">How that differs from the version that was live.</param>
/// <param name="Replaced">The version that was live before, the one with the largest share of a split; null for the first.</param>
/// <param name="ReplacedTraffic">The split that was replaced; null when one version had all.</param>
public sealed record DeployResource(
    int Version,
    VersionState State,
    string Url,
    DeployUrls Urls,
    IReadOnlyList<string> Capabilities,
    CapabilityChanges CapabilityChanges,
    int? Replaced,
    TrafficResource? ReplacedTraffic = null);
