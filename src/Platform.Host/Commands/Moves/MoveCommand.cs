using Platform.Control;
using Platform.Data;
using Platform.Data.Moves;
using Platform.Host.Commands.Backups;
using Platform.Host.Redis;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Moves;

/// <summary>
/// Moves an installation from SQLite and the embedded Garnet to the PostgreSQL and Redis of the settings. The source is only read.
/// </summary>
/// <remarks>
/// 1. All three targets are empty, or have a move of this installation that was cut short: PostgreSQL says which move, the Redis and the directory have its number.
/// 2. Each gets its mark, with which no platform starts there, and what a move that was cut short left goes.
/// 3. Apps' databases, then key-value data, then the store in one transaction; each is read again and compared. The commit is the moment of the move: before it running the command again begins anew,
///    after it the command writes nothing any more but takes the marks away.
/// </remarks>
internal sealed class MoveCommand
{
    private readonly MoveSource _source;
    private readonly string? _sqliteData;
    private readonly Database _store;
    private readonly KeyValueData _values;
    private readonly CancellationToken _stopped;

    private MoveCommand(MoveSource source, string? sqliteData, Database store, KeyValueData values, CancellationToken stopped)
    {
        _source = source;
        _sqliteData = sqliteData;
        _store = store;
        _values = values;
        _stopped = stopped;
    }

    /// <summary>Moves it, or, when that was done, looks at what is there.</summary>
    /// <exception cref="StartupException">It can't be moved, or was changed since it was.</exception>
    /// <exception cref="StoreStartupException">The source or the database can't be used.</exception>
    public static async Task RunAsync(MoveSettings settings, PlatformSettings platform, IConfiguration configuration, TextWriter output, CancellationToken stopped)
    {
        var postgres = configuration.GetConnectionString("Postgres") is { Length: > 0 } given ? given
            : throw new StartupException("ConnectionStrings:Postgres: is missing; set ConnectionStrings__Postgres to an empty database, which the store moves into");
        var redis = RedisSetting.FindKeyValue(configuration)
            ?? throw new StartupException("ConnectionStrings:Redis: is missing; set ConnectionStrings__Redis to a Redis, which the key-value data moves to");
        await using var source = await MoveSource.OpenAsync(settings.DataDirectory, platform, stopped);
        await using var store = Database.OpenPostgres(postgres, patient: true);
        await using var values = new KeyValueData(redis);
        var command = new MoveCommand(source, settings.SqliteData is { } directory ? Path.GetFullPath(directory) : null, store, values, stopped);
        var found = await MoveMarks.FindAsync(store, source.Installation, stopped);
        if (found.Finished is { } report)
        {
            await command.EndAsync(report);
            await command.CompareAsync(report, output);
            return;
        }

        var (moved, blobs) = await command.MoveAsync(found.Begun);
        MoveText.WriteMoved(output, source.Path, store.Description, moved, blobs);
        MoveText.WriteNext(output, source.Path, platform, command._sqliteData);
    }

    private async Task<(MoveReport Report, int Blobs)> MoveAsync(string? begun)
    {
        if (_source.Databases.Count > 0 && _sqliteData is null)
        {
            throw new StartupException(
                $"--sqlite-data: is missing, and apps have {_source.Databases.Count} SQLite databases; name the new data directory of the process that will keep them (--sqlite-data DIR)");
        }

        using var directory = _sqliteData is null ? null : OpenTarget(_sqliteData);
        var files = directory is null ? null : FilesOf(directory);
        files?.RequireEmpty();
        await RequireEmptyRedisAsync(begun);
        var id = await MoveMarks.BeginAsync(_store, _source.Installation, TimeProvider.System, _stopped);
        files?.Begin(id);
        var databases = directory is null ? [] : await CopyDatabasesAsync(directory);
        files?.Flush();
        var values = _source.HasValues ? await CopyValuesAsync(id) : null;
        await using (var move = await StoreMove.BeginAsync(_store, id, TimeProvider.System, _stopped))
        {
            await move.CopyStoreAsync(_source.Store, _stopped);
            if (_source.Logs is { } logs)
            {
                await move.CopyLogsAsync(logs, ControlCommands.MakePartitionsAsync, _stopped);
            }

            var blobs = await move.VerifyAsync(_stopped);
            var report = new MoveReport
            {
                Id = id,
                Installation = _source.Installation,
                MovedAt = TimeProvider.System.GetUtcNow(),
                Product = ProductVersion.Text,
                Tables = move.Tables,
                Values = values,
                Databases = databases,
            };
            await move.CommitAsync(report, store => ControlCommands.SettleMovedAsync(store, _source.Installation, ProductVersion.Text, TimeProvider.System));
            files?.Complete();
            await EndAsync(report);
            return (report, blobs);
        }
    }

    private DataDirectory OpenTarget(string path) => $"{path}/".StartsWith($"{Path.TrimEndingDirectorySeparator(_source.Path)}/", StringComparison.Ordinal)
        ? throw new StartupException($"--sqlite-data {path}: is in the directory that is moved; name a new one elsewhere")
        : DataDirectory.OpenForRestore(path, "--sqlite-data");

    private static RestoreFiles FilesOf(DataDirectory directory) => new(directory, directory.MovingFile, ("--sqlite-data", "name a new directory"));

    private async Task RequireEmptyRedisAsync(string? begun)
    {
        if (_source.HasValues && (begun is null || await _values.FindMoveAsync() != begun) && !await _values.IsEmptyAsync(_stopped))
        {
            throw new StartupException(
                "ConnectionStrings:Redis: that server has apps' key-value data (platform:kv:*) already, which this move didn't put there; name an empty one, or another database of it (defaultDatabase=1). "
                + $"When the platform has used that server until now, and {EmbeddedGarnet.DirectoryOf(_source.Path)} is of before, put the latter aside");
        }
    }

    private async Task<Dictionary<string, FileDigest>> CopyDatabasesAsync(DataDirectory directory)
    {
        var digests = new Dictionary<string, FileDigest>(StringComparer.Ordinal);
        foreach (var database in _source.Databases)
        {
            _stopped.ThrowIfCancellationRequested();
            var name = _source.NameOf(database);
            var target = AppDatabases.Find(directory.Path, name)!;
            AppDatabases.MakeDirectory(target);
            using var source = _source.Open(database);
            digests[name] = await source.CopyAsync(target.File + ".moving");
            File.SetUnixFileMode(target.File + ".moving", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(target.File + ".moving", target.File);
        }

        // Where the platform is one process, all apps are the first shard's.
        await AppDatabases.MarkAsync(directory.Path, shard: 0, _stopped);

        return digests;
    }

    private async Task<ContentDigest> CopyValuesAsync(string id)
    {
        await _values.MarkMoveAsync(id);
        await _values.ClearAsync(_stopped);
        var copied = await KeyValueMove.CopyAsync(_source.OpenValues(), _values, _stopped);
        var there = await KeyValueMove.DigestAsync(_values, _stopped);
        return there == copied
            ? there
            : throw new StartupException($"ConnectionStrings:Redis: has {there.Count} values ({there.Sha256}), and the source {copied.Count} ({copied.Sha256}); see that nothing else writes there and that it has room, and run the command again");
    }

    // What is left to do once the store was committed.
    private async Task EndAsync(MoveReport report)
    {
        if (_sqliteData is not null && DataDirectory.FindMove(_sqliteData) == report.Id)
        {
            using var directory = OpenTarget(_sqliteData);
            FilesOf(directory).Complete();
        }

        if (report.Values is not null && await _values.FindMoveAsync() == report.Id)
        {
            await _values.MarkMoveAsync(null);
        }
    }

    // The target has been in use since: of it only what can't change is compared.
    private async Task CompareAsync(MoveReport report, TextWriter output)
    {
        await RequireUnchangedAsync(report);
        await using var connection = await _store.OpenAsync(_stopped);
        var blobs = await StoreMove.VerifyBlobsAsync(connection, _stopped);
        MoveText.WriteMovedBefore(output, _source.Path, _store.Description, report, blobs);
    }

    private async Task RequireUnchangedAsync(MoveReport report)
    {
        var changed = Differences(report.Tables, await StoreMove.DigestAsync(_source.Store, _source.Logs, _stopped)).ToList();
        if (report.Values is not null && (!_source.HasValues || await KeyValueMove.DigestAsync(_source.OpenValues(), _stopped) != report.Values))
        {
            changed.Add("key-value data");
        }

        var databases = new Dictionary<string, FileDigest>(StringComparer.Ordinal);
        foreach (var database in _source.Databases)
        {
            using var source = _source.Open(database);
            databases[_source.NameOf(database)] = await source.DigestAsync();
        }

        changed.AddRange(Differences(report.Databases, databases));
        if (changed.Count > 0)
        {
            throw new StartupException(
                $"--data-dir {_source.Path}: was moved to {_store.Description} on {report.MovedAt:u}, and was used since: {string.Join(", ", changed)} changed, and that isn't there. Go on there, or move anew, to an empty database and Redis");
        }
    }

    private static IEnumerable<string> Differences<T>(IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> now) =>
        before.Keys.Union(now.Keys, StringComparer.Ordinal).Where(name => !Equals(before.GetValueOrDefault(name), now.GetValueOrDefault(name))).Order(StringComparer.Ordinal);
}
