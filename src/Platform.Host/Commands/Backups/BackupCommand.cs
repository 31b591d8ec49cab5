using System.Globalization;
using Platform.Control;
using Platform.Control.Keys;
using Platform.Data;
using Platform.Data.Backups;
using Platform.Data.Migrations;
using Platform.Host.Redis;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Backups;

/// <summary>
/// Writes everything that can't be made anew into one file, whether the platform runs or not.
/// </summary>
/// <remarks>
/// 1. Apps' data first, the store last: an app may then come back with data that is a little older than its version, which is what every deploy hands to the next one; never with newer data, nor
///    with another app's, since the store gives no app's number twice.
/// 2. Each SQLite database, and the tables of PostgreSQL but the logs, are as they were at one moment; of the store that is the moment to which the platform comes back.
/// 3. Modules and files are in the store's own tables, so that what a version needs is there. Compiled artifacts and cached files are made anew.
/// </remarks>
internal sealed class BackupCommand
{
    private readonly BackupSettings _settings;
    private readonly PlatformSettings _platform;
    private readonly IConfiguration _configuration;
    private readonly string _directory;
    private readonly MasterKeys _keys;
    private readonly CancellationToken _stopped;

    // Known once the store was looked at.
    private MasterKey? _key;

    private BackupCommand(BackupSettings settings, PlatformSettings platform, IConfiguration configuration, string directory, MasterKeys keys, CancellationToken stopped)
    {
        _settings = settings;
        _platform = platform;
        _configuration = configuration;
        _directory = directory;
        _keys = keys;
        _stopped = stopped;
    }

    private string? Postgres => _configuration.GetConnectionString("Postgres") is { Length: > 0 } given ? given : null;

    private string? Redis => RedisSetting.FindKeyValue(_configuration);

    /// <summary>Makes a backup.</summary>
    /// <exception cref="StartupException">It can't be made; no file was left.</exception>
    /// <exception cref="StoreStartupException">The store can't be used; no file was left.</exception>
    public static async Task RunAsync(BackupSettings settings, PlatformSettings platform, IConfiguration configuration, TextWriter output, CancellationToken stopped)
    {
        var directory = Path.GetFullPath(settings.DataDirectory);
        var target = Path.GetFullPath(settings.To);
        BackupFile.RefuseExisting(target);
        if (configuration.GetConnectionString("Postgres") is not { Length: > 0 } && !File.Exists(Path.Combine(directory, EntryNames.Store)))
        {
            throw new StartupException($"--data-dir {directory}: there is no store of the platform; correct it, or set ConnectionStrings__Postgres when the store is in PostgreSQL");
        }

        // While it has the lock, no platform starts; while another process has it, that is the platform.
        using var data = DataDirectory.TryOpen(directory);
        var keys = MasterKeys.Find(directory, platform)
            ?? throw new StartupException($"--data-dir {directory}: there is no master.key; set Platform:MasterKey as for the platform");
        var command = new BackupCommand(settings, platform, configuration, directory, keys, stopped);
        await using var file = BackupFile.Create(target);
        BackupManifest manifest;
        await using (var writer = await BackupWriter.BeginAsync(file.Stream, ProductVersion.Text, TimeProvider.System.GetUtcNow(), stopped))
        {
            manifest = await command.WriteAsync(writer, file, data);
        }

        await file.CommitAsync();
        command.Tell(output, target, manifest);
    }

    private async Task<BackupManifest> WriteAsync(BackupWriter writer, BackupFile file, DataDirectory? data)
    {
        await AddAppDatabasesAsync(writer, file);
        await AddKeyValueAsync(writer, data);
        var describe = Postgres is { } postgres ? await AddPostgresAsync(writer, postgres) : await AddSqliteAsync(writer, file);
        if (_settings.WithKeys)
        {
            await AddKeysAsync(writer);
        }

        return await writer.CompleteAsync(describe, text => _key!.Seal(text), _stopped);
    }

    private async Task AddAppDatabasesAsync(BackupWriter writer, BackupFile file)
    {
        foreach (var database in AppDatabases.List(_directory).ToList())
        {
            _stopped.ThrowIfCancellationRequested();
            try
            {
                await AddDatabaseAsync(writer, file, EntryNames.AppDatabases + Path.GetRelativePath(AppDatabases.DirectoryOf(_directory), database.File), database.File);
            }
            catch (BackupException) when (!File.Exists(database.File))
            {
                // Its app was purged meanwhile.
            }
        }
    }

    private async Task AddKeyValueAsync(BackupWriter writer, DataDirectory? data)
    {
        // A platform that doesn't run has no Garnet to ask: its data is opened here. One that never had any has no directory for it.
        await using var garnet = Redis is null && data is not null && Directory.Exists(EmbeddedGarnet.DirectoryOf(_directory)) ? EmbeddedGarnet.Start(data) : null;
        var connection = Redis ?? garnet?.ConnectionString ?? (data is null ? EmbeddedGarnet.FindConnection(_directory) ?? throw InBetween() : null);
        if (connection is not null)
        {
            await using var values = new KeyValueData(connection);
            await KeyValueEntries.WriteAsync(writer, values, _stopped);
        }
    }

    private async Task<Func<BackupHead, BackupManifest>> AddPostgresAsync(BackupWriter writer, string connection)
    {
        await using var database = Database.OpenPostgres(connection, patient: true);
        var (content, migrations) = await PostgresExport.RunAsync(
            database, writer, async store => _key = await ControlCommands.FindMasterKeyAsync(store, _keys.All), _stopped);
        return head => new BackupManifest { Head = head, Store = Dialect.Postgres, Migrations = migrations, MasterKey = _key!.Id, Postgres = content };
    }

    private async Task<Func<BackupHead, BackupManifest>> AddSqliteAsync(BackupWriter writer, BackupFile file)
    {
        IReadOnlyList<AppliedMigration> logs = [];
        IReadOnlyList<AppliedMigration> migrations = [];

        // Logs may be thrown away while the platform doesn't run.
        if (Path.Combine(_directory, EntryNames.Telemetry) is var telemetry && File.Exists(telemetry))
        {
            await AddDatabaseAsync(
                writer, file, EntryNames.Telemetry, telemetry, async (database, connection) => logs = await StoreSchema.RequireCurrentAsync(database, connection, StoreFolders.Telemetry));
        }

        await AddDatabaseAsync(
            writer,
            file,
            EntryNames.Store,
            Path.Combine(_directory, EntryNames.Store),
            async (database, connection) =>
            {
                migrations = await StoreSchema.RequireCurrentAsync(database, connection, StoreFolders.Sqlite);
                _key = await ControlCommands.FindMasterKeyAsync(connection, _keys.All);
            });
        return head => new BackupManifest { Head = head, Store = Dialect.Sqlite, Migrations = migrations, LogMigrations = logs, MasterKey = _key!.Id };
    }

    private async Task AddDatabaseAsync(
        BackupWriter writer, BackupFile file, string name, string source, Func<Database, System.Data.Common.DbConnection, Task>? inspect = null)
    {
        var copy = file.Combine("copy.db");

        // Of a database that went while it was copied.
        File.Delete(copy);
        await SqliteCopy.MakeAsync(source, copy);
        if (inspect is not null)
        {
            await using var database = Database.OpenSqlite(copy);
            await using var connection = await database.OpenAsync(_stopped);
            await inspect(database, connection);
        }

        await using (var content = new FileStream(copy, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true))
        {
            await writer.AddAsync(name, content, _stopped);
        }

        // Its room is free again while the next is written.
        File.Delete(copy);
    }

    private async Task AddKeysAsync(BackupWriter writer)
    {
        await writer.AddAsync(EntryNames.MasterKey, System.Text.Encoding.ASCII.GetBytes(_key!.Export()), _stopped);
        if (_platform.OperatorTokenFile is null && OperatorToken.FileIn(_directory) is var token && File.Exists(token))
        {
            await writer.AddAsync(EntryNames.OperatorToken, System.Text.Encoding.ASCII.GetBytes(SecretFile.Read("--data-dir", token)), _stopped);
        }
    }

    private StartupException InBetween() => new(
        $"--data-dir {_directory}: the platform starts or stops just now, or its embedded Garnet isn't there; try again (with ConnectionStrings__Redis set when it has a Redis)");

    private void Tell(TextWriter output, string target, BackupManifest manifest)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"The backup is in {target} ({new FileInfo(target).Length:N0} bytes, {manifest.Entries.Count} entries). It has all tenants' data and code: keep it from others."));
        output.WriteLine(_settings.WithKeys
            ? "It also has the master key and the operator's token: whoever has it has everything."
            : $"The master key {manifest.MasterKey} ({(_platform.MasterKey is null ? Path.Combine(_directory, "master.key") : "Platform:MasterKey")}) isn't in it, and without it there is no restore: keep a copy elsewhere, or back up with --with-keys true.");
    }
}
