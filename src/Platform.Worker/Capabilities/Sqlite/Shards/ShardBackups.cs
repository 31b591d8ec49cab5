using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Sqlite;
using Platform.Worker.Backups;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>Copies databases that have changed to the store, by SQLite's online backup: every while, and once more at the end.</summary>
internal sealed partial class ShardBackups(SqliteShardOptions options, ISqliteBackups backups, TimeProvider time, ILogger<ShardBackups> logger) : BackgroundService
{
    // What this process has copied: as the files were then.
    private readonly Dictionary<(long App, string Label), DateTime> _copied = [];

    // Hashes of what the store has; null until it was asked.
    private Dictionary<(long App, string Label), string>? _stored;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await TryBackUpAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogUnfinished();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.BackupInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryBackUpAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // One that fails doesn't keep the others from it, and comes again at the next turn.
    private async Task TryBackUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            _stored ??= (await backups.ListAsync(options.Shard, cancellationToken)).ToDictionary(static backup => (backup.App, backup.Label), static backup => backup.Sha256);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(AppDatabases.DirectoryOf(options.DataDirectory), e.Message);
            return;
        }

        foreach (var database in AppDatabases.List(options.DataDirectory).ToList())
        {
            try
            {
                await BackUpAsync(database, _stored, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Its app may have been purged meanwhile.
                if (File.Exists(database.File))
                {
                    LogFailed(database.File, e.Message);
                }
            }
        }
    }

    private async Task BackUpAsync(AppDatabase database, Dictionary<(long App, string Label), string> stored, CancellationToken cancellationToken)
    {
        var name = (database.App, database.Label);
        var changed = ChangedAt(database.File);
        if (_copied.TryGetValue(name, out var copied) && copied == changed)
        {
            return;
        }

        var copy = Path.Combine(AppDatabases.DirectoryOf(options.DataDirectory), "copy");
        try
        {
            File.Delete(copy);
            await Task.Run(() => Copy(database.File, copy), cancellationToken);
            await using var content = File.OpenRead(copy);
            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            if (stored.GetValueOrDefault(name) != sha256)
            {
                content.Position = 0;
                await backups.PutAsync(options.Shard, new SqliteBackup(database.App, database.Label, sha256, content.Length), content, cancellationToken);
                stored[name] = sha256;
            }

            // When it was looked at before the copy: what was written since is copied again.
            _copied[name] = changed;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    // A commit writes to the log beside the file, a checkpoint to the file.
    private static DateTime ChangedAt(string file)
    {
        var (own, log) = (File.GetLastWriteTimeUtc(file), File.GetLastWriteTimeUtc(file + "-wal"));
        return own > log ? own : log;
    }

    private static void Copy(string source, string target)
    {
        using var from = Open(source, SqliteOpenMode.ReadWrite);
        using var to = Open(target, SqliteOpenMode.ReadWriteCreate);
        from.BackupDatabase(to);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    [LoggerMessage(3333, LogLevel.Warning, "Not all changed databases could be copied to the store before the end; the next start copies them")]
    private partial void LogUnfinished();

    [LoggerMessage(3332, LogLevel.Warning, "{File} could not be copied to the store ({Reason}); it is tried again")]
    private partial void LogFailed(string file, string reason);
}
