using System.Data.Common;
using System.Diagnostics;
using Dapper;

namespace Platform.Data;

public sealed partial class Database
{
    // The commits of a request's trace; what runs in the background makes none.
    private static readonly ActivitySource Activities = new("Platform.Data");

    /// <summary>Reads rows.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Reads the one row there may be.</summary>
    public async Task<T?> FindAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Runs one writing statement; returns how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Runs a write transaction: commits when <paramref name="work"/> returns, rolls back when it throws. Cancellation is only heeded before it starts; the
    /// work is short statements, and whoever waits for it must learn whether it committed.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        await using var connection = await OpenAsync(cancellationToken);

        // SQLite: BEGIN IMMEDIATE, so that two writers can't both read first and then fail to upgrade. PostgreSQL: read committed.
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var result = await work(connection);
        using (Activity.Current is null ? null : Activities.StartActivity("commit"))
        {
            await transaction.CommitAsync(CancellationToken.None);
        }

        return result;
    }

    private async ValueTask<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (_writer is not null)
        {
            await _writer.WaitAsync(cancellationToken);
        }

        return new Turn(_writer);
    }

    private readonly struct Turn(SemaphoreSlim? writer) : IDisposable
    {
        public void Dispose() => writer?.Release();
    }
}
