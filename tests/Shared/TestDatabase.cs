using Platform.Data;

namespace Platform.Testing;

/// <summary>An empty database of either kind, gone after the test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo? _directory;

    private TestDatabase(Dialect dialect, string? connectionString, DirectoryInfo? directory)
    {
        Dialect = dialect;
        PostgresConnectionString = connectionString;
        _directory = directory;
    }

    /// <summary>Its kind.</summary>
    public Dialect Dialect { get; }

    /// <summary>Null for SQLite.</summary>
    public string? PostgresConnectionString { get; }

    /// <summary>The directory of SQLite's files; null for PostgreSQL.</summary>
    public string? Directory => _directory?.FullName;

    /// <summary>Makes one.</summary>
    public static async Task<TestDatabase> CreateAsync(Dialect dialect) => dialect == Dialect.Postgres
        ? await CreateAsync(await PostgresServer.SharedAsync())
        : new TestDatabase(dialect, null, System.IO.Directory.CreateTempSubdirectory("platform-db-"));

    /// <summary>Makes one on a server of the test's own.</summary>
    public static async Task<TestDatabase> CreateAsync(PostgresServer server) => new(Dialect.Postgres, await server.CreateDatabaseAsync(), null);

    /// <summary>Opens it.</summary>
    public Database Open() => PostgresConnectionString is { } postgres
        ? Database.OpenPostgres(postgres)
        : Database.OpenSqlite(Path.Combine(Directory!, "platform.db"));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _directory?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
