namespace Platform.Contracts.Api;

/// <summary>An app.</summary>
/// <param name="Name">Its slug.</param>
/// <param name="Url">Where it answers.</param>
/// <param name="Version">The live version; null when none is.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Deleted">When it was deleted, UTC; null for one that isn't.</param>
/// <param name="RestorableUntil">From when on a deleted one is purged, UTC; null for one that isn't deleted.</param>
public sealed record AppResource(string Name, string Url, int? Version, DateTimeOffset Created, DateTimeOffset? Deleted = null, DateTimeOffset? RestorableUntil = null);
