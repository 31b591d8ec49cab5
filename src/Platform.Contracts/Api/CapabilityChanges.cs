namespace Platform.Contracts.Api;

/// <summary>How a version's capabilities differ from those of the version that was live.</summary>
/// <param name="Added">What it may reach and the other could not.</param>
/// <param name="Removed">What the other could reach and it may not.</param>
public sealed record CapabilityChanges(IReadOnlyList<string> Added, IReadOnlyList<string> Removed);
