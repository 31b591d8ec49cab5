using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Capabilities;

/// <summary>Apps' SQLite databases: limits, and what a connection's end leaves. What SQL may do is in tests/cases/sqlite.</summary>
public sealed class LocalSqliteTests : IDisposable
{
    private const string Endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Execute_Endless_EndsAtTheStatementsTimeAndTheConnectionGoesOn()
    {
        using var connection = Host(statementTime: TimeSpan.FromMilliseconds(100)).Connect(1, "default");
        foreach (var statement in (string[])[Endless, "INSERT INTO t SELECT * FROM (" + Endless + ")"])
        {
            await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS t (x)", []);
            var failure = await Assert.ThrowsAsync<CapabilityException>(() => connection.ExecuteAsync(statement, []));
            Assert.Equal("the statement ran longer than 0.1 s", failure.Message);
        }

        Assert.Equal([0L], Assert.Single((await connection.ExecuteAsync("SELECT count(*) FROM t", [])).Rows));
    }

    [Fact]
    public async Task Execute_PastTheDatabasesSize_IsFullAndWhatWasThereStays()
    {
        using var connection = Host(bytes: 1 << 20).Connect(1, "default");
        await connection.ExecuteAsync("CREATE TABLE t (x)", []);
        await connection.ExecuteAsync("INSERT INTO t VALUES (?)", [new byte[500_000]]);
        var failure = await Assert.ThrowsAsync<CapabilityException>(() => connection.ExecuteAsync("INSERT INTO t VALUES (?)", [new byte[600_000]]));
        Assert.Equal(CapabilityFailure.Full, failure.Failure);
        Assert.Equal([500_000L], Assert.Single((await connection.ExecuteAsync("SELECT length(x) FROM t", [])).Rows));
        await connection.ExecuteAsync("DELETE FROM t", []);
        await connection.ExecuteAsync("INSERT INTO t VALUES (?)", [new byte[600_000]]);
    }

    [Fact]
    public async Task Dispose_WhileAStatementRuns_StopsItAndRollsItsTransactionBack()
    {
        var host = Host(statementTime: TimeSpan.FromMinutes(10));
        using var second = host.Connect(1, "default");
        await second.ExecuteAsync("CREATE TABLE t (x)", []);
        var first = host.Connect(1, "default");
        await first.ExecuteAsync("BEGIN IMMEDIATE", []);
        await first.ExecuteAsync("INSERT INTO t VALUES (1)", []);
        var running = first.ExecuteAsync(Endless, []);
        first.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => running);

        // Takes the lock that the first held.
        await second.ExecuteAsync("INSERT INTO t VALUES (2)", []);
        Assert.Equal([2L], Assert.Single((await second.ExecuteAsync("SELECT x FROM t", [])).Rows));
    }

    [Fact]
    public async Task Execute_ByManyConnections_LosesNone()
    {
        var host = Host(statementTime: TimeSpan.FromMinutes(1));
        using (var first = host.Connect(1, "default"))
        {
            await first.ExecuteAsync("CREATE TABLE t (n); ", []);
            await first.ExecuteAsync("INSERT INTO t VALUES (0)", []);
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var connection = host.Connect(1, "default");
            for (var i = 0; i < 10; i++)
            {
                await connection.ExecuteAsync("UPDATE t SET n = n + 1", []);
            }
        }));
        using var last = host.Connect(1, "default");
        Assert.Equal([200L], Assert.Single((await last.ExecuteAsync("SELECT n FROM t", [])).Rows));
    }

    [Fact]
    public async Task Connect_OfAnotherApp_IsAnotherDatabase()
    {
        var host = Host();
        using var mine = host.Connect(1, "default");
        await mine.ExecuteAsync("CREATE TABLE t (x)", []);
        using var others = host.Connect(2, "default");
        await Assert.ThrowsAsync<CapabilityException>(() => others.ExecuteAsync("SELECT * FROM t", []));
        Assert.True(File.Exists(_directory.Combine("sqlite/1/default.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Combine("sqlite/1")));
    }

    private LocalSqliteHost Host(long bytes = 64 << 20, TimeSpan? statementTime = null) =>
        new(_directory.Path, bytes, statementTime ?? TimeSpan.FromSeconds(30));
}
