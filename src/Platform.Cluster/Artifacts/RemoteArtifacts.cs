using System.Formats.Tar;
using System.Net;
using Microsoft.Extensions.Logging;
using Platform.Cluster.Http;
using Platform.Cluster.Workers;
using Platform.Contracts.Modules;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Artifacts;

/// <summary>Compiled modules of other workers: the one that a control plane has compile a module is asked first, then the next of its order.</summary>
internal sealed partial class RemoteArtifacts(ClusterOptions options, IWorkerList workers, InternalHttp http, ILogger<RemoteArtifacts> logger) : IArtifactPeers
{
    /// <summary>Workers that are asked: those behind them are as likely to have it as this one.</summary>
    private const int Asked = 2;

    private const int MaxFiles = 16;
    private const long MaxBytes = 2L << 30;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public async Task<bool> TryFetchAsync(string sha256, string engine, string directory, CancellationToken cancellationToken)
    {
        foreach (var worker in Rendezvous.Order(workers.Current.Where(worker => worker.Id != options.NodeId), sha256).Take(Asked))
        {
            using var request = InternalHttp.Request(HttpMethod.Get, worker.Url, ArtifactEndpoint.PathOf(sha256, engine));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Timeout);
            try
            {
                using var response = await http.Invoker.SendAsync(request, limit.Token);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    continue;
                }

                response.EnsureSuccessStatusCode();
                await using var archive = await response.Content.ReadAsStreamAsync(limit.Token);
                await ExtractAsync(archive, directory, limit.Token);
                LogTaken(sha256, worker.Id);
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                LogNotTaken(sha256, worker.Id, e.Message);
                foreach (var file in Directory.EnumerateFiles(directory))
                {
                    File.Delete(file);
                }
            }
        }

        return false;
    }

    // Files beside each other, so many and so large: another process of the cluster is believed who it is, not that it makes no mistake.
    private static async Task ExtractAsync(Stream stream, string directory, CancellationToken cancellationToken)
    {
        await using var archive = new TarReader(stream);
        var (files, bytes) = (0, 0L);
        while (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            bytes += entry.Length;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                || entry.Name is "" or "." or ".."
                || entry.Name != Path.GetFileName(entry.Name)
                || ++files > MaxFiles
                || bytes > MaxBytes)
            {
                throw new InvalidDataException($"'{entry.Name}' is nothing of a compiled module");
            }

            await entry.ExtractToFileAsync(Path.Combine(directory, entry.Name), overwrite: false, cancellationToken);
        }
    }

    [LoggerMessage(3631, LogLevel.Information, "Compiled module {Sha256} was taken from worker {Worker}")]
    private partial void LogTaken(string sha256, string worker);

    [LoggerMessage(3632, LogLevel.Warning, "Compiled module {Sha256} can't be taken from worker {Worker}: {Reason}")]
    private partial void LogNotTaken(string sha256, string worker, string reason);
}
