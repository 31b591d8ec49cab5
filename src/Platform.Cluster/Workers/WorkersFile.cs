using System.Text.Json;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>The last list of workers on disk.</summary>
internal static class WorkersFile
{
    private const string Name = "workers.json";

    /// <summary>Reads it; none when there is none.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="JsonException">It isn't one.</exception>
    public static async Task<IReadOnlyList<WorkerInfo>> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine(directory, Name));
            return await JsonSerializer.DeserializeAsync(file, ClusterJson.Default.WorkerInfoArray, cancellationToken) ?? [];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Writes it beside its place and moves it there.</summary>
    public static async Task WriteAsync(string directory, IEnumerable<WorkerInfo> workers, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, Name);
        await File.WriteAllBytesAsync(path + ".new", JsonSerializer.SerializeToUtf8Bytes([.. workers], ClusterJson.Default.WorkerInfoArray), cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
    }
}
