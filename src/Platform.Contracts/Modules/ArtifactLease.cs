namespace Platform.Contracts.Modules;

/// <summary>A compiled module's directory, which stays until this is disposed.</summary>
/// <param name="directory">Its path; it has files only.</param>
/// <param name="release">Lets it go.</param>
public sealed class ArtifactLease(string directory, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>Its path.</summary>
    public string Directory { get; } = directory;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
