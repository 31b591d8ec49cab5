using System.Data.Common;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>
/// One guest's connection to a server, out of its tenant's pool for as long as the request has it. One operation runs at a time; disposal cancels it, and gives the
/// connection back once it has ended.
/// </summary>
internal abstract class ServerSqlConnection : ISqlConnection
{
    /// <summary>What a result may hold, bytes, and 32 for each value besides.</summary>
    private const long MaxResultBytes = 16 << 20;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private DbConnection? _connection;

    public Task OpenAsync() => InTurnAsync(async cancellationToken =>
    {
        try
        {
            _connection = await ConnectAsync(cancellationToken);
            return true;
        }
        catch (OutboundException denied) when (denied.Code == HttpErrorCode.DestinationIpProhibited)
        {
            throw new CapabilityException("the server's address is out of bounds here", denied, CapabilityFailure.Connection);
        }
        catch (Exception failure) when (failure is DbException or OutboundException or TimeoutException or IOException or InvalidOperationException or NotSupportedException)
        {
            throw new CapabilityException(failure is OutboundException ? "the server's name can't be resolved" : failure.Message, failure, CapabilityFailure.Connection);
        }
    });

    public Task<SqlRows> QueryAsync(string statement, IReadOnlyList<SqlValue> parameters) => RunAsync(statement, parameters, async (command, cancellationToken) =>
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(i => new SqlColumn(reader.GetName(i), TypeOf(reader, i), reader.GetDataTypeName(i))).ToArray();
        List<SqlValue[]> rows = [];
        long bytes = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new SqlValue[columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? new SqlValue(SqlType.Null, null) : new SqlValue(columns[i].Type, Read(reader, i, columns[i].Type));
                bytes += 32 + SizeOf(row[i].Value);
            }

            if (bytes > MaxResultBytes)
            {
                throw new CapabilityException($"the result holds more than {MaxResultBytes} bytes; ask for less at once (LIMIT)", failure: CapabilityFailure.Query);
            }

            rows.Add(row);
        }

        return new SqlRows(columns, rows);
    });

    public Task<long> ExecuteAsync(string statement, IReadOnlyList<SqlValue> parameters) =>
        RunAsync(statement, parameters, async (command, cancellationToken) => Math.Max(0L, await command.ExecuteNonQueryAsync(cancellationToken)));

    public void Dispose()
    {
        _closing.Cancel();

        // Never gives its turn back: nothing runs after it.
        _turn.WaitAsync().ContinueWith(_ => CloseAsync(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Takes a connection out of the pool.</summary>
    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Gives back what kept the pool.</summary>
    protected abstract void Release();

    /// <summary>Adds a parameter.</summary>
    /// <exception cref="CapabilityException">The server has no such value.</exception>
    protected abstract void Add(DbCommand command, SqlValue parameter);

    /// <summary>The type of a column.</summary>
    protected abstract SqlType TypeOf(DbDataReader reader, int column);

    /// <summary>A value that isn't null.</summary>
    protected abstract object Read(DbDataReader reader, int column, SqlType type);

    /// <summary>A failure of the server's in its details.</summary>
    protected abstract SqlServerError? ErrorOf(DbException failure);

    private static long SizeOf(object? value) => value switch
    {
        string text => text.Length * 2,
        byte[] bytes => bytes.Length,
        object?[] array => array.Sum(static item => 32 + SizeOf(item)),
        _ => 0,
    };

    private Task<T> RunAsync<T>(string statement, IReadOnlyList<SqlValue> parameters, Func<DbCommand, CancellationToken, Task<T>> run) => InTurnAsync(async cancellationToken =>
    {
        await using var command = _connection!.CreateCommand();
#pragma warning disable CA2100 // The guest's own statement, on its own server.
        command.CommandText = statement;
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            Add(command, parameter);
        }

        try
        {
            return await run(command, cancellationToken);
        }
        catch (DbException failure)
        {
            throw new CapabilityException(failure.Message, failure, CapabilityFailure.Query) { Server = ErrorOf(failure) };
        }
        catch (Exception failure) when (failure is InvalidCastException or FormatException or OverflowException)
        {
            throw new CapabilityException(failure.Message, failure, CapabilityFailure.Conversion);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or InvalidOperationException)
        {
            throw new CapabilityException(failure.Message, failure);
        }
    });

    // Off the guest's thread, which holds a run permit.
    private Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> operation) => Task.Run(
        async () =>
        {
            await _turn.WaitAsync(_closing.Token);
            try
            {
                return await operation(_closing.Token);
            }
            finally
            {
                _turn.Release();
            }
        },
        CancellationToken.None);

    private async Task CloseAsync()
    {
        try
        {
            if (_connection is { } connection)
            {
                await connection.DisposeAsync();
            }
        }
        finally
        {
            Release();
        }
    }
}
