using System.Data.Common;
using System.Globalization;
using Platform.Control;
using Platform.Data;
using Platform.Data.Backups;
using Platform.Data.Migrations;
using Platform.Host.Redis;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Backups;

/// <summary>
/// Puts a backup into an empty installation. 1. The target is empty. 2. The whole backup is read and is as it was made, its schema is one that this program knows, and its master key is there. 3. Only
/// then something is written; the store comes last, PostgreSQL by the commit of its one transaction. What fails leaves the target empty again.
/// </summary>
/// <remarks>PostgreSQL says which restore it had (<see cref="RestoreMark"/>), and so does the mark in the directory: a commit without an answer is looked for, and so is one of a restore that was killed.</remarks>
internal sealed class RestoreCommand : IAsyncDisposable
{
    private readonly string _file;
    private readonly PlatformSettings _platform;
    private readonly DataDirectory _data;
    private readonly RestoreFiles _files;
    private readonly string? _redis;
    private readonly Database? _postgres;
    private readonly CancellationToken _stopped;
    private EmbeddedGarnet? _garnet;
    private KeyValueData? _values;
    private PostgresImport? _import;
    private bool _wroteValues;

    private RestoreCommand(string file, PlatformSettings platform, DataDirectory data, IConfiguration configuration, CancellationToken stopped)
    {
        _file = file;
        _platform = platform;
        _data = data;
        _files = new RestoreFiles(data, data.RestoringFile, ("--data-dir", "restore into a new directory (one with a master.key in it will do)"));
        _redis = RedisSetting.FindKeyValue(configuration);
        _postgres = configuration.GetConnectionString("Postgres") is { Length: > 0 } postgres ? Database.OpenPostgres(postgres, patient: true) : null;
        _stopped = stopped;
    }

    /// <summary>Restores a backup.</summary>
    /// <exception cref="StartupException">It can't be restored; the target is as it was.</exception>
    /// <exception cref="StoreStartupException">The backup or the database can't be used; the target is as it was.</exception>
    public static async Task RunAsync(RestoreSettings settings, PlatformSettings platform, IConfiguration configuration, TextWriter output, CancellationToken stopped)
    {
        var file = Path.GetFullPath(settings.From);
        using var reader = BackupReader.Open(file);
        using var data = DataDirectory.OpenForRestore(settings.DataDirectory);
        await using var command = new RestoreCommand(file, platform, data, configuration, stopped);
        var madeAt = await command.EndBegunAsync(reader) ?? await command.RestoreAsync(reader);
        command.Tell(output, madeAt);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_import is not null)
        {
            await _import.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        await CloseKeyValueAsync();
    }

    // One that was killed once everything was there has only the mark to take away.
    private async Task<DateTimeOffset?> EndBegunAsync(BackupReader reader)
    {
        if (_postgres is null || _files.FindBegun() is not { } begun)
        {
            return null;
        }

        await _postgres.CheckReachableAsync(_stopped);
        if (await RestoreMark.FindAsync(_postgres, begun, _stopped) is not { } mark)
        {
            return null;
        }

        _files.Complete();
        var given = (await reader.VerifyAsync(static _ => false, _stopped)).Manifest.Head.MadeAt;
        return given == mark.MadeAt
            ? mark.MadeAt
            : throw new StartupException(string.Create(
                CultureInfo.InvariantCulture,
                $"--data-dir {_data.Path}: the restore that was cut short, of the backup of {mark.MadeAt:u}, had gone through, and is ended. {_file} is another, of {given:u}, of which nothing was restored: that goes into a new directory and an empty database"));
    }

    private async Task<DateTimeOffset> RestoreAsync(BackupReader reader)
    {
        await RequireEmptyAsync();
        var contents = await reader.VerifyAsync(static name => name.StartsWith(EntryNames.Keys, StringComparison.Ordinal), _stopped);
        var manifest = contents.Manifest;
        var keys = RestoreKeys.Find(_file, contents, _data.Path, _platform);
        RequireKnown(manifest);
        var mark = new RestoreMark(Guid.NewGuid().ToString("N"), manifest.Head.MadeAt);
        _files.Begin(mark.Id);
        try
        {
            await reader.ReadAsync(manifest, (name, content) => WriteAsync(manifest, name, content), _stopped);
            await CloseKeyValueAsync();
            keys.Write(contents, _data, _platform);

            // Before a commit elsewhere stands for them.
            _files.Flush();
            await SettleAsync(manifest, mark);
        }
        catch (UnknownCommitException)
        {
            throw;
        }
        catch
        {
            await AbandonAsync();
            throw;
        }

        _files.Flush();
        _files.Complete();
        return mark.MadeAt;
    }

    private async Task RequireEmptyAsync()
    {
        _files.RequireEmpty();
        if (_postgres is not null)
        {
            await PostgresImport.RequireEmptyAsync(_postgres, _stopped);
        }

        if (_redis is not null)
        {
            await using var values = new KeyValueData(_redis);
            if (!await values.IsEmptyAsync(_stopped))
            {
                throw new StartupException("ConnectionStrings:Redis: that server has apps' key-value data (platform:kv:*) already; restore with an empty one, or another database of it (defaultDatabase=1)");
            }
        }
    }

    private void RequireKnown(BackupManifest manifest)
    {
        var store = _postgres is null ? Dialect.Sqlite : Dialect.Postgres;
        if (manifest.Store != store)
        {
            throw new StartupException(
                $"{_file}: the backup is of a store in {NameOf(manifest.Store)}, and this one is to be in {NameOf(store)}; " + (store == Dialect.Sqlite ? "set ConnectionStrings__Postgres" : "leave ConnectionStrings__Postgres out"));
        }

        var description = $"the backup {_file}, made by version {manifest.Head.Product},";
        StoreSchema.RequireKnown(description, manifest.Migrations, store == Dialect.Sqlite ? StoreFolders.Sqlite : StoreFolders.Postgres);
        StoreSchema.RequireKnown(description, manifest.LogMigrations, StoreFolders.Telemetry);
    }

    private async Task WriteAsync(BackupManifest manifest, string name, Stream content)
    {
        if (name.StartsWith(EntryNames.AppDatabases, StringComparison.Ordinal) && AppDatabases.Find(_data.Path, name[EntryNames.AppDatabases.Length..]) is { } database)
        {
            AppDatabases.MakeDirectory(database);
            await RestoreFiles.WriteAsync(database.File, content, _stopped);
        }
        else if (name.StartsWith(EntryNames.KeyValue + "/", StringComparison.Ordinal))
        {
            await OpenKeyValue().WriteAsync(await KeyValueEntries.ReadAsync(content, _stopped), _stopped);
        }
        else if (name is EntryNames.Store or EntryNames.Telemetry)
        {
            await RestoreFiles.WriteAsync(_files.PathOf(name), content, _stopped);
        }
        else if (_postgres is not null && name.Split('/') is [_, var table, _] && name.StartsWith(EntryNames.Postgres, StringComparison.Ordinal))
        {
            _import ??= await PostgresImport.BeginAsync(_postgres, manifest, TimeProvider.System, _stopped);
            await _import.AddAsync(table, content, _stopped);
        }
        else if (name != BackupWriter.HeadName && !name.StartsWith(EntryNames.Keys, StringComparison.Ordinal))
        {
            throw new BackupException($"{_file}: the backup has '{name}', which this program doesn't know; restore it with version {manifest.Head.Product} or a later one");
        }
    }

    private KeyValueData OpenKeyValue()
    {
        if (_redis is null)
        {
            _garnet ??= EmbeddedGarnet.Start(_data);
        }

        _wroteValues = true;
        return _values ??= new KeyValueData(_redis ?? _garnet!.ConnectionString);
    }

    private async Task CloseKeyValueAsync()
    {
        if (_values is not null)
        {
            await _values.DisposeAsync();
            _values = null;
        }

        if (_garnet is not null)
        {
            await _garnet.DisposeAsync();
            _garnet = null;
        }
    }

    private async Task SettleAsync(BackupManifest manifest, RestoreMark mark)
    {
        if (_import is not null)
        {
            try
            {
                await _import.CommitAsync(async store =>
                {
                    await ControlCommands.SettleRestoredAsync(store, manifest.Head.Product, manifest.Head.MadeAt, TimeProvider.System);
                    await mark.LeaveAsync(store);
                });
            }
            catch (Exception failure) when (failure is DbException or IOException)
            {
                if (!await HasGoneThroughAsync(mark, failure))
                {
                    throw;
                }
            }

            return;
        }

        await using var database = Database.OpenSqlite(_files.PathOf(EntryNames.Store));
        await Migrator.MigrateAsync(database, Migration.Embedded(StoreFolders.Sqlite), TimeProvider.System, _stopped);
        await database.WriteAsync(
            async store =>
            {
                await ControlCommands.SettleRestoredAsync(store, manifest.Head.Product, manifest.Head.MadeAt, TimeProvider.System);
                return true;
            },
            _stopped);
    }

    private async Task<bool> HasGoneThroughAsync(RestoreMark mark, Exception failure)
    {
        try
        {
            return await RestoreMark.FindAsync(_postgres!, mark.Id, _stopped) is not null;
        }
        catch (Exception unknown) when (unknown is DbException or IOException or TimeoutException or OperationCanceledException)
        {
            throw new UnknownCommitException(
                $"{_postgres!.Description}: the connection broke while the restore was committed ({failure.Message}), and whether it was can't be asked ({unknown.Message}); run the command again, which looks", unknown);
        }
    }

    private async Task AbandonAsync()
    {
        if (_import is not null)
        {
            await _import.DisposeAsync();
            _import = null;
        }

        await CloseKeyValueAsync();
        if (_wroteValues && _redis is not null)
        {
            // It had none before.
            await using var values = new KeyValueData(_redis);
            await values.ClearAsync(CancellationToken.None);
        }

        _files.Abandon();
    }

    private void Tell(TextWriter output, DateTimeOffset madeAt)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"The backup of {madeAt:u} is restored into {_data.Path}{(_postgres is null ? "" : $" and {_postgres.Description}")}."));
        output.WriteLine("Sessions and one-time links have ended. What was changed since isn't there: tokens and members that were removed since are back.");
        if (_platform.OperatorTokenFile is null && !File.Exists(OperatorToken.FileIn(_data.Path)))
        {
            output.WriteLine($"The start makes a new operator's token in {OperatorToken.FileIn(_data.Path)}.");
        }
    }

    private sealed class UnknownCommitException(string message, Exception innerException) : StoreStartupException(message, innerException);

    private static string NameOf(Dialect dialect) => dialect == Dialect.Sqlite ? "SQLite" : "PostgreSQL";
}
