using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Sqlite;

/// <summary>
/// <c>fermyon:spin/sqlite@2.0.0</c> and <c>spin:sqlite/sqlite@3.0.0</c>. Errors of both: no-such-database, access-denied, invalid-connection, database-full, io.
/// </summary>
internal static class SqliteFunctions
{
    private const string Latest = "spin:sqlite/sqlite";

    /// <summary>Registers both interfaces.</summary>
    public static void Register(HostFunctions functions)
    {
        var error = Abi.Variant(null, null, null, null, Abi.Text);
        var value = Abi.Variant(Abi.S64, Abi.F64, Abi.Text, Abi.Bytes, null);
        var result = Abi.Tuple(Abi.List(Abi.Text), Abi.List(Abi.Tuple(Abi.List(value))));
        AbiType connection = Abi.Borrow<DatabaseConnection>();
        foreach (var name in (string[])["fermyon:spin/sqlite", Latest])
        {
            functions.AddResource(name, "connection", typeof(DatabaseConnection));
            functions.AddTyped(name, "[static]connection.open", [Abi.Text], Abi.Result(Abi.Own<DatabaseConnection>(), error), Open);
            functions.AddTyped(name, "[method]connection.execute", [connection, Abi.Text, Abi.List(value)], Abi.Result(result, error), Execute);
        }

        functions.AddTyped(Latest, "[method]connection.last-insert-rowid", [connection], Abi.S64, static (_, arguments) => Of(arguments).LastInsertRowId);
        functions.AddTyped(Latest, "[method]connection.changes", [connection], Abi.U64, static (_, arguments) => (ulong)Of(arguments).Changes);
    }

    private static object? Open(RequestContext context, object?[] arguments)
    {
        try
        {
            if (context.Capabilities(ConfigurationKeys.SqliteDatabases)?.OpenSqlite((string)arguments[0]!) is not { } connection)
            {
                return AbiCase.Error(new AbiCase(1));
            }

            context.Keep(connection);
            return AbiCase.Ok(new DatabaseConnection(connection));
        }
        catch (CapabilityException failure)
        {
            return Error(failure);
        }
    }

    private static object? Execute(RequestContext context, object?[] arguments)
    {
        try
        {
            var parameters = ((object?[])arguments[2]!).Select(static parameter => ((AbiCase)parameter!).Value).ToArray();
            var rows = context.Await(Of(arguments).ExecuteAsync((string)arguments[1]!, parameters));
            context.ChargeCopy((int)Math.Min(rows.Bytes, int.MaxValue));
            return AbiCase.Ok(new object?[]
            {
                rows.Columns,
                rows.Rows.Select(static row => (object?)new object?[] { row.Select(ToCase).ToArray() }).ToArray(),
            });
        }
        catch (CapabilityException failure)
        {
            return Error(failure);
        }
    }

    private static object? ToCase(object? value) => value switch
    {
        long number => new AbiCase(0, number),
        double real => new AbiCase(1, real),
        string text => new AbiCase(2, text),
        byte[] blob => new AbiCase(3, blob),
        _ => new AbiCase(4),
    };

    private static ISqliteConnection Of(object?[] arguments) => ((DatabaseConnection)arguments[0]!).Connection;

    private static AbiCase Error(CapabilityException failure) =>
        AbiCase.Error(failure.Failure == CapabilityFailure.Full ? new AbiCase(3) : new AbiCase(4, failure.Message));
}
