using System.Collections.Concurrent;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sqlite;

/// <summary>
/// Databases below this process' data directory: <c>sqlite/{app}/{label}.db</c>. Statements run on threads of their own, so many at once in all and for each app, so that an
/// app's slow ones don't hold up the others'.
/// </summary>
/// <param name="directory">The data directory.</param>
/// <param name="databaseBytes">Bytes of one database at most.</param>
/// <param name="statementTime">How long one statement may run.</param>
internal sealed class LocalSqliteHost(string directory, long databaseBytes, TimeSpan statementTime) : ISqliteHost
{
    /// <summary>The folder of the data directory.</summary>
    internal const string Folder = "sqlite";

    /// <summary>What a database's file ends with.</summary>
    internal const string Extension = ".db";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Statements of one app at once.</summary>
    private const int AppStatements = 4;

    /// <summary>Statements of all apps at once; most wait for a disk or a lock, not for a processor.</summary>
    private const int Statements = 64;

    private readonly ConcurrentDictionary<long, SemaphoreSlim> _apps = [];
    private readonly StatementThreads _threads = new(Statements);

    /// <summary>Bytes of one database at most.</summary>
    public long DatabaseBytes { get; } = databaseBytes;

    /// <summary>How long one statement may run, waiting for locks included.</summary>
    public TimeSpan StatementTime { get; } = statementTime;

    /// <summary>A connection to a database, which is there as soon as something is written into it.</summary>
    public LocalSqliteConnection Connect(long app, string label) => new(this, app, label);

    ISqliteConnection ISqliteHost.Connect(long app, int shard, string label) => Connect(app, label);

    public Task RemoveAsync(long app, CancellationToken cancellationToken)
    {
        Remove(app);
        return Task.CompletedTask;
    }

    /// <summary>Removes the app's directory. A connection that is still open keeps files without names, which go with it.</summary>
    public void Remove(long app)
    {
        if (HomeOf(app) is var home && Directory.Exists(home))
        {
            Directory.Delete(home, recursive: true);
        }

        _apps.TryRemove(app, out _);
    }

    /// <summary>The file of a database; its directory is made.</summary>
    public string PathOf(long app, string label)
    {
        var home = HomeOf(app);
        Directory.CreateDirectory(home, OwnerOnly);
        return Path.Combine(home, label + Extension);
    }

    private string HomeOf(long app) => Path.Combine(directory, Folder, app.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Runs an operation off the guest's thread, in its app's turn.</summary>
    public async Task<T> RunAsync<T>(long app, Func<T> operation, CancellationToken cancellationToken)
    {
        var turn = _apps.GetOrAdd(app, static _ => new SemaphoreSlim(AppStatements));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await _threads.RunAsync(operation);
        }
        finally
        {
            turn.Release();
        }
    }
}
