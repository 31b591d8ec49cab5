using System.Collections.Concurrent;
using Platform.Contracts.Sqlite;

namespace Platform.Worker.Tests.Capabilities.Sqlite;

/// <summary>Copies in memory.</summary>
internal sealed class MemoryBackups : ISqliteBackups
{
    public ConcurrentDictionary<(long App, string Label), (SqliteBackup Backup, byte[] Content)> Kept { get; } = [];

    public int Puts { get; private set; }

    /// <summary>Calls that fail before one succeeds.</summary>
    public int Failures { get; set; }

    public Task<IReadOnlyList<SqliteBackup>> ListAsync(int shard, CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult<IReadOnlyList<SqliteBackup>>([.. Kept.Values.Select(static kept => kept.Backup)]);
    }

    public Task<Stream?> OpenAsync(long app, string label, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(Kept.TryGetValue((app, label), out var kept) ? new MemoryStream(kept.Content) : null);

    public async Task PutAsync(int shard, SqliteBackup backup, Stream content, CancellationToken cancellationToken)
    {
        Fail();
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        Kept[(backup.App, backup.Label)] = (backup, bytes.ToArray());
        Puts++;
    }

    private void Fail()
    {
        if (Failures > 0)
        {
            Failures--;
            throw new IOException("the store is away");
        }
    }
}
