using System.Data.Common;
using Platform.Control;
using Platform.Data;
using Platform.Data.Backups;
using Platform.Data.Moves;
using Platform.Host.Commands.Backups;
using Platform.Host.Redis;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Moves;

/// <summary>
/// A data directory of a platform that doesn't run, to be moved. It is only read: SQLite takes its files as ones that can't change, and Garnet, which writes while it reads, gets a copy of its own.
/// While this is open no platform starts on it.
/// </summary>
internal sealed class MoveSource : IAsyncDisposable
{
    private const string StartOnce = "start this version of the program on it once, and stop it";

    private readonly DataDirectory _data;
    private readonly DirectoryInfo _scratch;
    private readonly List<IAsyncDisposable> _opened = [];

    private MoveSource(DataDirectory data)
    {
        _data = data;
        _scratch = Directory.CreateTempSubdirectory("platform-move-");
        Databases = [.. AppDatabases.List(data.Path)];
    }

    /// <summary>The directory.</summary>
    public string Path => _data.Path;

    /// <summary>The store.</summary>
    public DbConnection Store { get; private set; } = null!;

    /// <summary>The logs; null when they were thrown away.</summary>
    public DbConnection? Logs { get; private set; }

    /// <summary>What names the installation.</summary>
    public string Installation { get; private set; } = "";

    /// <summary>Apps' SQLite databases.</summary>
    public IReadOnlyList<AppDatabase> Databases { get; }

    /// <summary>Whether key-value data is here, and not on a Redis already.</summary>
    public bool HasValues => Directory.Exists(EmbeddedGarnet.DirectoryOf(Path));

    /// <summary>Opens it.</summary>
    /// <exception cref="StartupException">The platform runs, or there is none.</exception>
    /// <exception cref="StoreStartupException">The store is of another version, or its master key another one.</exception>
    public static async Task<MoveSource> OpenAsync(string directory, PlatformSettings platform, CancellationToken stopped)
    {
        var full = System.IO.Path.GetFullPath(directory);
        if (!File.Exists(System.IO.Path.Combine(full, EntryNames.Store)))
        {
            throw new StartupException(
                $"--data-dir {full}: there is no store of the platform in SQLite; name the directory that has {EntryNames.Store} (a store that is in PostgreSQL already goes elsewhere by backup and restore)");
        }

        var data = DataDirectory.TryOpen(full) ?? throw new StartupException($"--data-dir {full}: the platform runs; stop it first, since what it would write meanwhile would be lost");
        var source = new MoveSource(data);
        try
        {
            await source.OpenStoreAsync(platform, stopped);
            return source;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>The key-value data, on a server of its own until this is disposed.</summary>
    public KeyValueData OpenValues()
    {
        CopyGarnet(EmbeddedGarnet.DirectoryOf(Path), EmbeddedGarnet.DirectoryOf(_scratch.FullName));
        var directory = DataDirectory.Open(_scratch.FullName);
        _opened.Add(new AsyncDisposable(directory));
        var garnet = EmbeddedGarnet.Start(directory);
        _opened.Add(garnet);
        var values = new KeyValueData(garnet.ConnectionString);
        _opened.Add(values);
        return values;
    }

    /// <summary>A database of an app.</summary>
    public SqliteAtRest Open(AppDatabase database) => SqliteAtRest.Open(database.File, _scratch.FullName);

    /// <summary>The name of a database of an app: <c>12/default.db</c>.</summary>
    public string NameOf(AppDatabase database) => System.IO.Path.GetRelativePath(AppDatabases.DirectoryOf(Path), database.File);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
        {
            await opened.DisposeAsync();
        }

        _scratch.Delete(recursive: true);
        _data.Dispose();
    }

    private async Task OpenStoreAsync(PlatformSettings platform, CancellationToken stopped)
    {
        if (File.Exists(System.IO.Path.Combine(Path, MasterKeys.NextFile)))
        {
            throw new StartupException($"--data-dir {Path}: a rotation of the master key was cut short; start the platform once, which ends it, and stop it");
        }

        var keys = MasterKeys.Find(Path, platform) ?? throw new StartupException($"--data-dir {Path}: there is no master.key; set Platform:MasterKey as for the platform");
        Store = await OpenAsync(EntryNames.Store, StoreFolders.Sqlite, stopped);
        Logs = File.Exists(System.IO.Path.Combine(Path, EntryNames.Telemetry)) ? await OpenAsync(EntryNames.Telemetry, StoreFolders.Telemetry, stopped) : null;
        await ControlCommands.FindMasterKeyAsync(Store, keys.All);
        Installation = await ControlCommands.FindInstallationAsync(Store) ?? throw new StartupException($"--data-dir {Path}: no platform has ever served from its store; {StartOnce}");
    }

    private async Task<DbConnection> OpenAsync(string name, string folder, CancellationToken stopped)
    {
        var file = SqliteAtRest.Open(System.IO.Path.Combine(Path, name), _scratch.FullName);
        _opened.Add(new AsyncDisposable(file));
        var database = file.AsDatabase();
        _opened.Add(database);
        await database.CheckReachableAsync(stopped);
        var connection = await database.OpenAsync(stopped);
        _opened.Add(connection);
        await StoreSchema.RequireCurrentAsync(database, connection, folder, StartOnce);
        return connection;
    }

    // But for what is of a process: where it listened, and how others connected.
    private static void CopyGarnet(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(from, file)).Where(static file => !EmbeddedGarnet.IsOfProcess(file)))
        {
            var copy = System.IO.Path.Combine(to, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(System.IO.Path.Combine(from, file), copy);
        }
    }

    private sealed class AsyncDisposable(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
