using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Modules;

namespace Platform.Worker.Tests.Fakes;

internal sealed class MemoryModuleSource : IModuleSource
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();
    private int _opened;

    public string Add(string content) => Add(Encoding.UTF8.GetBytes(content));

    public string Add(byte[] content)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        _blobs[sha256] = content;
        return sha256;
    }

    /// <summary>The store hands out other bytes than it should.</summary>
    public void Corrupt(string sha256) => _blobs[sha256] = [.. _blobs[sha256], 0];

    /// <summary>How often a blob was asked for.</summary>
    public int Opened => _opened;

    /// <summary>What is awaited before a blob is handed out.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    public async Task<Stream?> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        await Before;
        return _blobs.TryGetValue(sha256, out var blob) ? new MemoryStream(blob) : null;
    }
}
