namespace Platform.Contracts.Modules;

/// <summary>What this process has compiled, for other workers.</summary>
public interface IArtifactStore
{
    /// <summary>What was compiled of a module for an engine; null when it isn't there.</summary>
    ArtifactLease? Find(string sha256, string engine);
}
