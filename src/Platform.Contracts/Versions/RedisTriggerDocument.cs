namespace Platform.Contracts.Versions;

/// <summary>A channel whose messages a component gets (https://spinframework.dev/redis-trigger).</summary>
/// <param name="Channel">The channel's name: a template over the version's variables.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Address">The tenant's own Redis, <c>redis://host:port</c>: a template over the version's variables. Null for the tenant's channels on the platform.</param>
public sealed record RedisTriggerDocument(string Channel, string Component, string? Address = null);
