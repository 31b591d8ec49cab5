namespace Platform.Contracts.Api;

/// <summary>A route.</summary>
/// <param name="Route">The pattern.</param>
/// <param name="Component">The component's id; null for a static response.</param>
public sealed record HttpTriggerResource(string Route, string? Component);
