using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Manifests;
using Platform.Control.Modules;
using Platform.Control.Problems;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Versions;

/// <summary>
/// Reads the part <c>archive</c>, a tar.gz or a zip: each of its files is a part of the deploy under its path. What it inflates to is counted while it is read, so
/// that a bomb ends at the limit.
/// </summary>
internal sealed class ArchiveReader(BlobStore blobs, ControlOptions options)
{
    /// <summary>The manifest's place in an archive, when it isn't sent as a part of its own.</summary>
    public const string ManifestPath = "spin.toml";

    // Between two files of a tar: their headers, with names of any length. One header's attributes are held in memory.
    private const long MaxTarHeaders = 1 << 20;

    // A zip's list of files, which is held in memory: some 100 bytes a file.
    private const long MaxZipDirectory = 8 << 20;

    private const int FileTypeMask = 0xf000;
    private const int RegularFileType = 0x8000;
    private const int DirectoryType = 0x4000;

    private long MaxInflated => options.MaxFileBytes + options.MaxModuleBytes;

    /// <summary>Adds the archive's files to the form.</summary>
    /// <returns>Null, or why the deploy is refused.</returns>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public async Task<ProblemHttpResult?> ReadAsync(DeployForm form, TenantScope tenant, Stream body, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(leaveOpen: true));
        var start = await pipe.ReadAtLeastAsync(4, cancellationToken);
        var magic = new byte[4];
        var read = new System.Buffers.SequenceReader<byte>(start.Buffer).TryCopyTo(magic);
        pipe.AdvanceTo(start.Buffer.Start);
        await using var archive = pipe.AsStream();
        try
        {
            return magic switch
            {
                [0x1f, 0x8b, ..] => await ReadTarAsync(form, tenant, archive, cancellationToken),
                [(byte)'P', (byte)'K', 3, 4] => await ReadZipAsync(form, tenant, archive, cancellationToken),
                _ => Problem.Invalid(read ? "The part 'archive' must be a tar.gz or a zip." : "The part 'archive' is empty."),
            };
        }
        catch (InflatedTooLargeException)
        {
            return Problem.TooLarge($"The archive inflates to more than {MaxInflated} bytes, or has more in it that is no file than files have.");
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            return Problem.Invalid("The part 'archive' is damaged, or compressed or encrypted in a way that isn't supported: send a plain tar.gz or zip.");
        }
    }

    private async Task<ProblemHttpResult?> ReadTarAsync(DeployForm form, TenantScope tenant, Stream archive, CancellationToken cancellationToken)
    {
        await using var gzip = new GZipStream(archive, CompressionMode.Decompress);
        await using var inflated = new InflatedStream(gzip, new InflatedBudget(MaxInflated));
        await using var tar = new TarReader(inflated);
        while (true)
        {
            inflated.Most = MaxTarHeaders;
            var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
            if (entry is null)
            {
                return null;
            }

            inflated.Most = long.MaxValue;
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes:
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    if (await AddAsync(form, tenant, entry.Name, entry.DataStream ?? Stream.Null, cancellationToken) is { } refusal)
                    {
                        return refusal;
                    }

                    break;
                default:
                    return NoFile(entry.Name);
            }
        }
    }

    private async Task<ProblemHttpResult?> ReadZipAsync(DeployForm form, TenantScope tenant, Stream archive, CancellationToken cancellationToken)
    {
        // A zip's list is at its end. Deleted while it is open, so that no crash leaves it.
        var path = Path.Combine(options.DataDirectory, $"archive-{Guid.NewGuid():n}");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 << 10, FileOptions.Asynchronous);
        File.Delete(path);
        await using (var counted = new InflatedStream(archive, new InflatedBudget(MaxInflated)))
        {
            await counted.CopyToAsync(file, cancellationToken);
        }

        if (await DirectorySizeAsync(file, cancellationToken) > MaxZipDirectory)
        {
            return TooManyFiles();
        }

        var budget = new InflatedBudget(MaxInflated);
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, null, cancellationToken);
        foreach (var entry in zip.Entries)
        {
            var type = (entry.ExternalAttributes >> 16) & FileTypeMask;
            if (entry.FullName.EndsWith('/') || type == DirectoryType)
            {
                continue;
            }

            if (type is not (0 or RegularFileType))
            {
                return NoFile(entry.FullName);
            }

            await using var content = new InflatedStream(await entry.OpenAsync(cancellationToken), budget);
            if (await AddAsync(form, tenant, entry.FullName, content, cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    // From where the end record (APPNOTE.TXT 4.3.16) says that it begins. A zip64's is longer than any that fits.
    private static async Task<long> DirectorySizeAsync(FileStream file, CancellationToken cancellationToken)
    {
        const int EndRecord = 22;
        var tail = new byte[Math.Min(file.Length, EndRecord + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, cancellationToken);
        file.Position = 0;
        var at = tail.AsSpan(0, Math.Max(0, tail.Length - EndRecord + 4)).LastIndexOf("PK\x05\x06"u8);
        if (at < 0)
        {
            throw new InvalidDataException("no end record");
        }

        var start = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
        return start == uint.MaxValue ? long.MaxValue : file.Length - tail.Length + at - start;
    }

    private async Task<ProblemHttpResult?> AddAsync(DeployForm form, TenantScope tenant, string name, Stream content, CancellationToken cancellationToken)
    {
        if (RelativePath.Normalize(name) is not { } path)
        {
            return Problem.Invalid("Each name in the archive must be a relative path with '/' between names, without '..'.");
        }

        if (form.Parts.Count >= options.MaxFiles)
        {
            return TooManyFiles();
        }

        var result = await blobs.StoreAsync(tenant, content, null, options.MaxModuleBytes, cancellationToken);
        return result.Blob is null ? Problem.TooLarge($"'{path}' in the archive is too large. {ModuleEndpoints.Describe(options)}")
            : form.TryAdd(path, result.Blob, isArchived: true) ? null
            : Problem.Invalid($"'{path}' in the archive came twice.");
    }

    private ProblemHttpResult TooManyFiles() => Problem.TooLarge($"A version may have at most {options.MaxFiles} files.");

    private static ProblemHttpResult NoFile(string name) =>
        Problem.Invalid($"'{RelativePath.Normalize(name) ?? "A name"}' in the archive is a link or a device; it may hold files and directories only.");
}
