using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Sql;

/// <summary>
/// <c>fermyon:spin/postgres@2.0.0</c>, <c>spin:postgres/postgres@3.0.0</c> and <c>@4.0.0</c>, <c>fermyon:spin/mysql@2.0.0</c>. Their errors: connection-failed, bad-parameter,
/// query-failed, value-conversion-failed, other.
/// </summary>
internal static class SqlFunctions
{
    /// <summary>Registers the interfaces.</summary>
    public static void Register(HostFunctions functions)
    {
        Register(functions, "fermyon:spin/postgres", SqlValues.Version2, Abi.U64, static (capabilities, address) => capabilities.OpenPostgres(address));
        Register(functions, "spin:postgres/postgres@3", SqlValues.Version3, Abi.U64, static (capabilities, address) => capabilities.OpenPostgres(address));
        Register(functions, "spin:postgres/postgres@4", SqlValues.Version4, Abi.U64, static (capabilities, address) => capabilities.OpenPostgres(address));
        Register(functions, "fermyon:spin/mysql", SqlValues.Version2, null, static (capabilities, address) => capabilities.OpenMySql(address));
    }

    private static void Register(
        HostFunctions functions, string name, SqlValues values, AbiType? changed, Func<ISandboxCapabilities, string, ISqlConnection> open)
    {
        var error = Abi.Variant(Abi.Text, Abi.Text, values.IsDetailed ? DetailedError() : Abi.Text, Abi.Text, Abi.Text);
        AbiType connection = Abi.Borrow<ServerConnection>();
        AbiType[] parameters = [connection, Abi.Text, Abi.List(values.Parameter)];
        var rows = Abi.Tuple(Abi.List(Abi.Tuple(Abi.Text, values.DataType)), Abi.List(Abi.List(values.Value)));

        object? Try(Func<object?> body)
        {
            try
            {
                return AbiCase.Ok(body());
            }
            catch (CapabilityException failure)
            {
                return AbiCase.Error(ToError(failure, values.IsDetailed));
            }
        }

        functions.AddResource(name, "connection", typeof(ServerConnection));
        functions.AddTyped(name, "[static]connection.open", [Abi.Text], Abi.Result(Abi.Own<ServerConnection>(), error), (context, arguments) => Try(() =>
        {
            var made = open(
                context.Capabilities(ConfigurationKeys.AllowedOutboundHosts) ?? throw new CapabilityException("the component has no allowed_outbound_hosts", failure: CapabilityFailure.Connection), (string)arguments[0]!);
            context.Keep(made);
            context.Await(made.OpenAsync());
            return new ServerConnection(made);
        }));
        functions.AddTyped(name, "[method]connection.query", parameters, Abi.Result(rows, error), (context, arguments) => Try(() =>
        {
            var found = context.Await(Of(arguments).QueryAsync((string)arguments[1]!, Parameters(values, arguments)));
            return new object?[]
            {
                found.Columns.Select(column => (object?)new[] { column.Name, values.ToDataType(column) }).ToArray(),
                found.Rows.Select(row => (object?)Array.ConvertAll(row, value => (object?)values.ToCase(value))).ToArray(),
            };
        }));
        functions.AddTyped(name, "[method]connection.execute", parameters, Abi.Result(changed, error), (context, arguments) => Try(() =>
        {
            var count = context.Await(Of(arguments).ExecuteAsync((string)arguments[1]!, Parameters(values, arguments)));
            return changed is null ? null : (ulong)count;
        }));
    }

    // query-error: text, db-error { as-text, severity, code, message, detail, extras }.
    private static AbiType DetailedError() => Abi.Variant(
        Abi.Text, Abi.Tuple(Abi.Text, Abi.Text, Abi.Text, Abi.Text, Abi.Option(Abi.Text), Abi.List(Abi.Tuple(Abi.Text, Abi.Text))));

    private static SqlValue[] Parameters(SqlValues values, object?[] arguments) =>
        Array.ConvertAll((object?[])arguments[2]!, parameter => values.ToParameter((AbiCase)parameter!));

    private static ISqlConnection Of(object?[] arguments) => ((ServerConnection)arguments[0]!).Connection;

    private static AbiCase ToError(CapabilityException failure, bool isDetailed) => failure.Failure switch
    {
        CapabilityFailure.Connection or CapabilityFailure.Address => new AbiCase(0, failure.Message),
        CapabilityFailure.Parameter => new AbiCase(1, failure.Message),
        CapabilityFailure.Query when isDetailed => new AbiCase(2, failure.Server is { } server
            ? new AbiCase(1, new object?[]
            {
                failure.Message, server.Severity, server.Code, server.Message, server.Detail, server.Extras.Select(static extra => (object?)new object?[] { extra.Key, extra.Value }).ToArray(),
            })
            : new AbiCase(0, failure.Message)),
        CapabilityFailure.Query => new AbiCase(2, failure.Message),
        CapabilityFailure.Conversion => new AbiCase(3, failure.Message),
        _ => new AbiCase(4, failure.Message),
    };
}
