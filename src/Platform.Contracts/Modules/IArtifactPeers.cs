namespace Platform.Contracts.Modules;

/// <summary>Other workers, which may have compiled a module already.</summary>
public interface IArtifactPeers
{
    /// <summary>Puts what another worker compiled of a module into an empty directory. The caller checks its seal.</summary>
    /// <param name="sha256">The module.</param>
    /// <param name="engine">Names the engine that it was compiled for.</param>
    /// <param name="directory">The directory; what was put there when it didn't succeed is taken away again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether one had it.</returns>
    Task<bool> TryFetchAsync(string sha256, string engine, string directory, CancellationToken cancellationToken);
}
