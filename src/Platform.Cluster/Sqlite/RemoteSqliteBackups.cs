using System.Net;
using System.Net.Http.Json;
using Platform.Cluster.Http;
using Platform.Contracts.Sqlite;

namespace Platform.Cluster.Sqlite;

/// <summary>Copies of SQLite databases in the store, by a control plane.</summary>
internal sealed class RemoteSqliteBackups(ControlClient control) : ISqliteBackups
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // A whole database goes before the answer comes.
    private static readonly TimeSpan PutTimeout = TimeSpan.FromMinutes(10);

    public async Task<IReadOnlyList<SqliteBackup>> ListAsync(int shard, CancellationToken cancellationToken)
    {
        using var response = await control.SendAsync(HttpMethod.Get, SqliteBackupEndpoint.ListPath(shard), content: null, Timeout, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ClusterJson.Default.SqliteBackupArray, cancellationToken))!;
    }

    public async Task<Stream?> OpenAsync(long app, string label, CancellationToken cancellationToken)
    {
        var response = await control.SendAsync(HttpMethod.Get, SqliteBackupEndpoint.PathOf(app, label), content: null, Timeout, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    public async Task PutAsync(int shard, SqliteBackup backup, Stream content, CancellationToken cancellationToken)
    {
        // Sent anew to the next control plane when one fails over it; the stream stays its owner's.
        using var response = await control.SendAsync(HttpMethod.Put, SqliteBackupEndpoint.PutPath(shard, backup), () => new WholeContent(content), PutTimeout, cancellationToken);
        if (response.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            throw new InvalidDataException(await response.Content.ReadAsStringAsync(cancellationToken));
        }

        response.EnsureSuccessStatusCode();
    }

    private sealed class WholeContent(Stream content) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            content.Position = 0;
            return content.CopyToAsync(stream, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
