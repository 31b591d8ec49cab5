using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Snapshots;

/// <summary>The last snapshot on disk, which a process starts from while control plane and store are away.</summary>
internal sealed partial class SnapshotFile(ClusterOptions options, SnapshotCodec codec, ILogger<SnapshotFile> logger)
{
    private readonly string _path = Path.Combine(options.DataDirectory, "snapshot.json");

    /// <summary>Reads it; null when there is none that this process can use.</summary>
    public async Task<PlatformSnapshot?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        try
        {
            await using var file = File.OpenRead(_path);
            var message = await JsonSerializer.DeserializeAsync(file, ClusterJson.Default.SnapshotMessage, cancellationToken);
            return message is { IsWhole: true } && message.Roles == options.Roles ? codec.Apply(PlatformSnapshot.Empty, message) : null;
        }
        catch (Exception e) when (e is JsonException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(_path, e.Message);
            return null;
        }
    }

    /// <summary>Writes it beside its place and moves it there.</summary>
    public async Task WriteAsync(PlatformSnapshot snapshot, CancellationToken cancellationToken)
    {
        var temporary = _path + ".new";
        await using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            await JsonSerializer.SerializeAsync(file, codec.Whole(snapshot, options.Roles), ClusterJson.Default.SnapshotMessage, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    [LoggerMessage(3601, LogLevel.Warning, "{Path} can't be used ({Reason}); the snapshot is asked of a control plane")]
    private partial void LogUnreadable(string path, string reason);
}
