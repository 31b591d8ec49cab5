namespace Platform.Worker.Artifacts;

/// <summary>A compiled module on disk whose authenticity was checked.</summary>
/// <param name="Sha256">The module.</param>
/// <param name="Directory">Where it is.</param>
/// <param name="IsTransient">It is not in the cache (which couldn't be written) but in a private directory: deleted once loaded.</param>
internal sealed record Artifact(string Sha256, string Directory, bool IsTransient);
