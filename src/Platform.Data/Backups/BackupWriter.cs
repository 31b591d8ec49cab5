using System.Buffers;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Data.Backups;

/// <summary>
/// Writes a backup: a gzipped tar archive of a head, the entries, a manifest of them with their SHA-256, and the manifest's seal. Nothing is known beforehand of what a running store holds, so that
/// what has no length yet is cut into entries of a few MiB.
/// </summary>
public sealed class BackupWriter : IAsyncDisposable
{
    /// <summary>The first entry.</summary>
    public const string HeadName = "platform-backup.json";

    /// <summary>The last but one.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The last: HMAC-SHA256 of the manifest.</summary>
    public const string SealName = "manifest.seal";

    /// <summary>Bytes of an entry at most, where a content is cut.</summary>
    public const int ChunkBytes = 4 << 20;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly TarWriter _tar;
    private readonly BackupHead _head;
    private readonly List<BackupEntry> _entries = [];

    private BackupWriter(Stream output, BackupHead head)
    {
        _tar = new TarWriter(new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true), TarEntryFormat.Pax);
        _head = head;
    }

    /// <summary>Begins a backup.</summary>
    /// <param name="output">Where it is written; it stays open.</param>
    /// <param name="product">The version of this program.</param>
    /// <param name="madeAt">Now.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task<BackupWriter> BeginAsync(Stream output, string product, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        var head = new BackupHead(BackupManifest.CurrentFormat, product, madeAt);
        var writer = new BackupWriter(output, head);
        await writer.AddAsync(HeadName, JsonSerializer.SerializeToUtf8Bytes(head, Json), cancellationToken);
        return writer;
    }

    /// <summary>Adds a content that has a length; the stream is read twice.</summary>
    public async Task AddAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Position = 0;
        var hash = await SHA256.HashDataAsync(content, cancellationToken);
        content.Position = 0;
        await WriteAsync(name, content, cancellationToken);
        _entries.Add(new BackupEntry(name, content.Length, Convert.ToHexStringLower(hash)));
    }

    /// <summary>Adds a content.</summary>
    public async Task AddAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        await AddAsync(name, stream, cancellationToken);
    }

    /// <summary>Adds a content of any length, as entries <c>name/000000</c> and so on that are it when put together.</summary>
    public async Task AddChunksAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read;
            var n = 0;
            do
            {
                read = await content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);
                using var chunk = new MemoryStream(buffer, 0, read, writable: false);
                await AddAsync(string.Create(CultureInfo.InvariantCulture, $"{name}/{n++:d6}"), chunk, cancellationToken);
            }
            while (read == ChunkBytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends the backup with its manifest.</summary>
    /// <param name="describe">Makes the manifest from the head; entries are filled in.</param>
    /// <param name="seal">HMAC-SHA256 by the master key that the manifest names.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>The manifest.</returns>
    public async Task<BackupManifest> CompleteAsync(Func<BackupHead, BackupManifest> describe, Func<byte[], byte[]> seal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(describe);
        ArgumentNullException.ThrowIfNull(seal);
        var manifest = describe(_head) with { Entries = [.. _entries] };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, Json);
        using (var stream = new MemoryStream(bytes))
        {
            await WriteAsync(ManifestName, stream, cancellationToken);
        }

        using (var stream = new MemoryStream(seal(bytes)))
        {
            await WriteAsync(SealName, stream, cancellationToken);
        }

        return manifest;
    }

    /// <summary>Ends the archive; without <see cref="CompleteAsync"/> it is none that can be restored.</summary>
    public ValueTask DisposeAsync() => _tar.DisposeAsync();

    private Task WriteAsync(string name, Stream content, CancellationToken cancellationToken) => _tar.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, ModificationTime = _head.MadeAt },
        cancellationToken);
}
