using System.Buffers;
using System.Security.Cryptography;
using Platform.Contracts.Modules;
using Platform.Runtime;

namespace Platform.Worker.Artifacts;

/// <summary>Copies an uploaded binary into a file, its hash checked on the way: nothing else is ever compiled.</summary>
internal sealed class ModuleFetcher(IModuleSource source, long maxBytes)
{
    /// <summary>Writes the module to <paramref name="path"/>.</summary>
    /// <exception cref="HandlerRefusedException">Larger than allowed.</exception>
    /// <exception cref="ModuleUnavailableException">Unknown, or its bytes are not those that were uploaded.</exception>
    public async Task FetchAsync(string sha256, string path, CancellationToken cancellationToken)
    {
        await using var blob = await source.OpenAsync(sha256, cancellationToken)
            ?? throw new ModuleUnavailableException($"Module sha256:{sha256} is not in the store.");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            long total = 0;
            for (int read; (read = await blob.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                total += read;
                if (total > maxBytes)
                {
                    throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"The module is larger than {maxBytes} bytes.");
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!string.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), sha256, StringComparison.Ordinal))
        {
            throw new ModuleUnavailableException($"Module sha256:{sha256} came from the store with another hash.");
        }
    }
}
