using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Platform.Data.Backups;

/// <summary>
/// Reads a backup twice: once to know that it is whole, before anything of it is used, and once to use it. The file stays open in between, and what is used is compared with the manifest again.
/// </summary>
public sealed class BackupReader : IDisposable
{
    // A manifest lists each entry: some 150 bytes for 4 MiB.
    private const long MaxManifestBytes = 1L << 30;
    private const int MaxSmallBytes = 64 << 10;

    private readonly FileStream _file;

    private BackupReader(FileStream file) => _file = file;

    /// <summary>Opens a backup.</summary>
    /// <exception cref="BackupException">The file can't be read.</exception>
    public static BackupReader Open(string file)
    {
        try
        {
            return new BackupReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{file}: can't be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Reads all of it.</summary>
    /// <param name="small">Which entries are wanted in memory.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BackupException">It is no backup, a newer one than this program reads, or not whole.</exception>
    public Task<BackupContents> VerifyAsync(Func<string, bool> small, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var entries = new List<BackupEntry>();
        var wanted = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        byte[]? manifest = null;
        byte[]? seal = null;
        await foreach (var (name, content) in EntriesAsync(cancellationToken))
        {
            if (seal is not null)
            {
                throw Broken($"'{name}' comes after its end");
            }

            if (manifest is not null)
            {
                seal = name == BackupWriter.SealName ? await ReadAsync(content, MaxSmallBytes, cancellationToken) : throw Broken($"'{name}' is where the manifest's seal should be");
            }
            else if (name == BackupWriter.ManifestName)
            {
                manifest = await ReadAsync(content, MaxManifestBytes, cancellationToken);
            }
            else
            {
                await using var hashed = new HashedStream(content);
                if (entries.Count == 0)
                {
                    CheckHead(name, await ReadAsync(hashed, MaxSmallBytes, cancellationToken));
                }
                else if (small(name))
                {
                    wanted[name] = await ReadAsync(hashed, MaxSmallBytes, cancellationToken);
                }

                entries.Add(await hashed.EndAsync(name, cancellationToken));
            }
        }

        return manifest is null || seal is null
            ? throw Broken("its end is missing")
            : new BackupContents(Check(manifest, entries), manifest, seal, wanted);
    });

    /// <summary>Reads it again, each entry in its turn.</summary>
    /// <param name="manifest">As <see cref="VerifyAsync"/> gave it.</param>
    /// <param name="use">Gets each entry's name and content. What it does isn't to be trusted before this method has returned.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BackupException">It isn't what it was.</exception>
    public async Task ReadAsync(BackupManifest manifest, Func<string, Stream, Task> use, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(use);
        var n = 0;
        await foreach (var (name, content) in EntriesAsync(cancellationToken))
        {
            if (n == manifest.Entries.Count)
            {
                break;
            }

            await using var hashed = new HashedStream(content);
            await use(name, hashed);
            if (await hashed.EndAsync(name, cancellationToken) != manifest.Entries[n++])
            {
                throw Broken($"'{name}' was changed while it was read");
            }
        }

        if (n < manifest.Entries.Count)
        {
            throw Broken("it was cut short while it was read");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private async IAsyncEnumerable<(string Name, Stream Content)> EntriesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _file.Position = 0;
        await using var gzip = new GZipStream(_file, CompressionMode.Decompress, leaveOpen: true);
        await using var counted = new CountedStream(gzip);
        await using var tar = new TarReader(counted, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            yield return (entry.Name, entry.DataStream ?? Stream.Null);
        }

        // To the end of the compressed data, which has a checksum.
        await counted.CopyToAsync(Stream.Null, cancellationToken);
        RequireEnd(counted.Position);
    }

    // .NET takes a gzip file whose end is missing (checksum and length), and anything behind one. The length is its last four bytes (RFC 1952, 2.3.1).
    private void RequireEnd(long read)
    {
        Span<byte> end = stackalloc byte[sizeof(uint)];
        if (_file.Length < end.Length || RandomAccess.Read(_file.SafeFileHandle, end, _file.Length - end.Length) < end.Length || BinaryPrimitives.ReadUInt32LittleEndian(end) != unchecked((uint)read))
        {
            throw Broken("its last bytes are missing, or others come after them");
        }
    }

    private BackupManifest Check(byte[] text, List<BackupEntry> entries)
    {
        var manifest = JsonSerializer.Deserialize<BackupManifest>(text, BackupWriter.Json) ?? throw Broken("its manifest is empty");
        for (var i = 0; i < Math.Max(entries.Count, manifest.Entries.Count); i++)
        {
            if (i >= entries.Count || i >= manifest.Entries.Count || entries[i] != manifest.Entries[i])
            {
                throw Broken($"'{(i < manifest.Entries.Count ? manifest.Entries[i] : entries[i]).Name}' isn't what its manifest says");
            }
        }

        return manifest;
    }

    private void CheckHead(string name, byte[] content)
    {
        var head = name == BackupWriter.HeadName ? JsonSerializer.Deserialize<BackupHead>(content, BackupWriter.Json) : null;
        if (head is null)
        {
            throw new BackupException($"{_file.Name}: is no backup of this platform");
        }

        if (head.Format > BackupManifest.CurrentFormat)
        {
            throw new BackupException(
                $"{_file.Name}: was made by version {head.Product} in format {head.Format}, and this program reads formats up to {BackupManifest.CurrentFormat}; restore it with that version or a later one");
        }
    }

    private static async Task<byte[]> ReadAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > most)
            {
                throw new InvalidDataException("an entry is too large");
            }
        }

        return memory.ToArray();
    }

    // What the archive's own readers say of a file that isn't whole. Only of the first reading, which does nothing else.
    private async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException or JsonException or NotSupportedException or OverflowException)
        {
            throw Broken(e.Message.ReplaceLineEndings(" ").TrimEnd('.'), e);
        }
    }

    private BackupException Broken(string reason, Exception? cause = null)
    {
        var message = $"{_file.Name}: the backup isn't whole ({reason}); nothing was restored. Take another copy of it, or another backup";
        return cause is null ? new BackupException(message) : new BackupException(message, cause);
    }
}
