using System.Buffers;
using System.Security.Cryptography;
using Platform.Contracts.Modules;
using Platform.Worker.Artifacts;

namespace Platform.Worker.Files;

/// <summary>Copies an uploaded file to the disk, its hash checked on the way: no other bytes are ever shown to a guest.</summary>
internal sealed class FileFetcher(IModuleSource source)
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int BufferBytes = 64 << 10;

    /// <summary>Writes a content under a temporary name, flushes it, and renames it to where it belongs.</summary>
    /// <param name="sha256">Its hash.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="temporary">The directory for what isn't whole yet, on the same file system.</param>
    /// <param name="path">Where it belongs.</param>
    /// <param name="cancellationToken">Stops it; nothing is left.</param>
    /// <exception cref="IOException">It can't be written, isn't in the store, or isn't what was uploaded.</exception>
    public async Task FetchAsync(string sha256, long size, string temporary, string path, CancellationToken cancellationToken)
    {
        await using var blob = await source.OpenAsync(sha256, cancellationToken) ?? throw new FileNotFoundException("it is not in the store");
        Directory.CreateDirectory(temporary, OwnerOnly);
        var work = Path.Combine(temporary, Guid.NewGuid().ToString("n"));
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = OwnerReads };
            await using (var file = new FileStream(work, options))
            {
                if (!await CopyAsync(blob, file, sha256, size, cancellationToken))
                {
                    throw new InvalidDataException("it came from the store with other bytes than were uploaded");
                }

                file.Flush(flushToDisk: true);
            }

            var home = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(home, OwnerOnly);
            File.Move(work, path, overwrite: true);
            DurableDirectory.FlushEntries(home);
        }
        catch
        {
            File.Delete(work);
            throw;
        }
    }

    /// <summary>Whether a file on disk is there with this content.</summary>
    public static async Task<bool> IsAsync(string path, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return await CopyAsync(file, Stream.Null, sha256, file.Length, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task<bool> CopyAsync(Stream from, Stream to, string sha256, long size, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long total = 0;
            for (int read; total <= size && (read = await from.ReadAsync(buffer, cancellationToken)) > 0; total += read)
            {
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return total == size && string.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), sha256, StringComparison.Ordinal);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
