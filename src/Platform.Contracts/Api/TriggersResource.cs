namespace Platform.Contracts.Api;

/// <summary>What runs an app's components: the triggers of its live version.</summary>
/// <param name="Http">Its routes, in the manifest's order.</param>
/// <param name="Redis">Its channels, in the manifest's order.</param>
public sealed record TriggersResource(IReadOnlyList<HttpTriggerResource> Http, IReadOnlyList<RedisTriggerResource> Redis);
