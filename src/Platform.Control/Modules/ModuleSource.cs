using Platform.Contracts.Modules;
using Platform.Data.Blobs;

namespace Platform.Control.Modules;

/// <summary>Hands workers of this process what the versions in their snapshot name.</summary>
internal sealed class ModuleSource(BlobStore blobs) : IModuleSource
{
    public Task<Stream?> OpenAsync(string sha256, CancellationToken cancellationToken) => blobs.OpenAnyAsync(sha256, cancellationToken);
}
