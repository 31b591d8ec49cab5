using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Modules;

namespace Platform.Worker.Tests.Fakes;

internal sealed class MemoryModuleSource : IModuleSource
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();

    public string Add(string content) => Add(Encoding.UTF8.GetBytes(content));

    public string Add(byte[] content)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        _blobs[sha256] = content;
        return sha256;
    }

    /// <summary>The store hands out other bytes than it should.</summary>
    public void Corrupt(string sha256) => _blobs[sha256] = [.. _blobs[sha256], 0];

    public Task<Stream?> OpenAsync(string sha256, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(_blobs.TryGetValue(sha256, out var blob) ? new MemoryStream(blob) : null);
}
