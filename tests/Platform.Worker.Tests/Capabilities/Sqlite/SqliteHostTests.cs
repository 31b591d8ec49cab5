using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Capabilities.Sqlite;

/// <summary>Apps' SQLite databases, in this process or in one of their own: limits, and what a connection's end leaves. What SQL may do is in tests/cases/sqlite.</summary>
public abstract class SqliteHostTests : IAsyncLifetime
{
    private const string Endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c";

    private protected TemporaryDirectory Home { get; } = new();

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        Home.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Execute_Endless_EndsAtTheStatementsTimeAndTheConnectionGoesOn()
    {
        using var connection = (await HostAsync(statementTime: TimeSpan.FromMilliseconds(100))).Connect(1, 0, "default");
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
        using var connection = (await HostAsync(bytes: 1 << 20)).Connect(1, 0, "default");
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
        var host = await HostAsync(statementTime: TimeSpan.FromMinutes(10));
        using var second = host.Connect(1, 0, "default");
        await second.ExecuteAsync("CREATE TABLE t (x)", []);
        var first = host.Connect(1, 0, "default");
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
        var host = await HostAsync(statementTime: TimeSpan.FromMinutes(1));
        using (var first = host.Connect(1, 0, "default"))
        {
            await first.ExecuteAsync("CREATE TABLE t (n); ", []);
            await first.ExecuteAsync("INSERT INTO t VALUES (0)", []);
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var connection = host.Connect(1, 0, "default");
            for (var i = 0; i < 10; i++)
            {
                await connection.ExecuteAsync("UPDATE t SET n = n + 1", []);
            }
        }));
        using var last = host.Connect(1, 0, "default");
        Assert.Equal([200L], Assert.Single((await last.ExecuteAsync("SELECT n FROM t", [])).Rows));
    }

    [Fact]
    public async Task Execute_EveryTypeOfValue_ComesBackAsItWent()
    {
        using var connection = (await HostAsync()).Connect(1, 0, "default");
        object?[] values = [long.MinValue, long.MaxValue, 0.1, double.MaxValue, "", "zwölf \u0001 𝄞", Array.Empty<byte>(), new byte[] { 0, 255 }, null];
        var rows = await connection.ExecuteAsync("SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? AS last", values);
        Assert.Equal(values, Assert.Single(rows.Rows));
        Assert.Equal("last", rows.Columns[^1]);
    }

    [Fact]
    public async Task Execute_Insert_TellsItsRowAndHowMany()
    {
        using var connection = (await HostAsync()).Connect(1, 0, "default");
        await connection.ExecuteAsync("CREATE TABLE t (x INTEGER PRIMARY KEY)", []);
        await connection.ExecuteAsync("INSERT INTO t VALUES (41), (42)", []);
        Assert.Equal((42, 2), (connection.LastInsertRowId, connection.Changes));
    }

    [Fact]
    public async Task Remove_OfAnApp_LeavesTheOthers()
    {
        var host = await HostAsync();
        foreach (var app in (long[])[1, 2])
        {
            using var connection = host.Connect(app, 0, "default");
            await connection.ExecuteAsync("CREATE TABLE t (x)", []);
        }

        await host.RemoveAsync(1, CancellationToken.None);
        await host.RemoveAsync(3, CancellationToken.None);
        Assert.False(Directory.Exists(Home.Combine("sqlite/1")));
        using var left = host.Connect(2, 0, "default");
        Assert.Empty((await left.ExecuteAsync("SELECT * FROM t", [])).Rows);
    }

    [Fact]
    public async Task Connect_OfAnotherApp_IsAnotherDatabase()
    {
        var host = await HostAsync();
        using var mine = host.Connect(1, 0, "default");
        await mine.ExecuteAsync("CREATE TABLE t (x)", []);
        using var others = host.Connect(2, 0, "default");
        await Assert.ThrowsAsync<CapabilityException>(() => others.ExecuteAsync("SELECT * FROM t", []));
        Assert.True(File.Exists(Home.Combine("sqlite/1/default.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Home.Combine("sqlite/1")));
    }

    /// <summary>A host whose files are below <see cref="Home"/>.</summary>
    private protected abstract Task<ISqliteHost> HostAsync(long bytes, TimeSpan statementTime);

    private Task<ISqliteHost> HostAsync(long bytes = 64 << 20, TimeSpan? statementTime = null) => HostAsync(bytes, statementTime ?? TimeSpan.FromSeconds(30));
}
