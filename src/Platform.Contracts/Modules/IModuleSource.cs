namespace Platform.Contracts.Modules;

/// <summary>Where workers get uploaded binaries and files, by content.</summary>
public interface IModuleSource
{
    /// <summary>Opens a blob; null when it isn't known. The reader checks the hash.</summary>
    Task<Stream?> OpenAsync(string sha256, CancellationToken cancellationToken);
}
