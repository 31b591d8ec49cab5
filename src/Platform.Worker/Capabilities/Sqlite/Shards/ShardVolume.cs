using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Sqlite;
using Platform.Worker.Artifacts;
using Platform.Worker.Backups;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>
/// Before a shard serves: its volume is that shard's, and what is in it is whole. A volume that no shard has used gets the databases from their copies in the store; only then is it marked with the shard's number,
/// so that a start that was killed over it begins again.
/// </summary>
internal sealed partial class ShardVolume(SqliteShardOptions options, ISqliteBackups backups, TimeProvider time, ILogger<ShardVolume> logger) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="WorkerConfigurationException">The volume is another shard's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var home = AppDatabases.DirectoryOf(options.DataDirectory);
        var number = options.Shard.ToString(CultureInfo.InvariantCulture);
        if (await AppDatabases.FindShardAsync(options.DataDirectory, cancellationToken) is { } found)
        {
            if (found != number)
            {
                throw new WorkerConfigurationException($"Platform:SqliteShard is {number}, but {home} holds the databases of shard {found}; correct it, or give the volume of shard {number}");
            }

            return;
        }

        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var backup in await ListAsync(cancellationToken))
        {
            await RestoreAsync(home, backup, cancellationToken);
        }

        await AppDatabases.MarkAsync(options.DataDirectory, options.Shard, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Without the list an empty volume can't be told from a new shard's: to serve then would be to lose what there is.
    private async Task<IReadOnlyList<SqliteBackup>> ListAsync(CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await backups.ListAsync(options.Shard, cancellationToken);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                if (isFirst)
                {
                    LogWaiting(options.DataDirectory, e.Message);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task RestoreAsync(string home, SqliteBackup backup, CancellationToken cancellationToken)
    {
        var database = AppDatabases.Find(options.DataDirectory, string.Create(CultureInfo.InvariantCulture, $"{backup.App}/{backup.Label}{LocalSqliteHost.Extension}"))
            ?? throw new InvalidDataException($"'{backup.Label}' is no database's label");
        if (File.Exists(database.File))
        {
            return;
        }

        await using var copy = await backups.OpenAsync(backup.App, backup.Label, cancellationToken);
        if (copy is null)
        {
            // Its app was purged since it was listed.
            return;
        }

        AppDatabases.MakeDirectory(database);
        var temporary = Path.Combine(home, "restoring");
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite))
        {
            await copy.CopyToAsync(file, cancellationToken);
            file.Flush(flushToDisk: true);
            file.Position = 0;
            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            if (sha256 != backup.Sha256)
            {
                throw new InvalidDataException($"the copy of {database.File} in the store has SHA-256 {sha256} and not {backup.Sha256}");
            }
        }

        File.Move(temporary, database.File);
        DurableDirectory.FlushEntries(Path.GetDirectoryName(database.File)!);
        LogRestored(database.File);
    }

    [LoggerMessage(3330, LogLevel.Warning, "{DataDirectory} is no shard's volume yet, and whether the store has copies of databases isn't known ({Reason}); waiting for a control plane")]
    private partial void LogWaiting(string dataDirectory, string reason);

    [LoggerMessage(3331, LogLevel.Warning, "{File} wasn't in this volume and is restored from its last copy in the store")]
    private partial void LogRestored(string file);
}
