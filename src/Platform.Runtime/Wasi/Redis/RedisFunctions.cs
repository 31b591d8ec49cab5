using System.Text;
using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Redis;

/// <summary><c>fermyon:spin/redis@2.0.0</c>. Its errors: invalid-address, too-many-connections, type-error, other.</summary>
internal static class RedisFunctions
{
    private const string Interface = "fermyon:spin/redis";

    /// <summary>Registers the interface.</summary>
    public static void Register(HostFunctions functions)
    {
        var error = Abi.Variant(null, null, null, Abi.Text);
        AbiType Or(AbiType? ok) => Abi.Result(ok, error);
        AbiType connection = Abi.Borrow<RedisConnection>();
        var texts = Abi.List(Abi.Text);

        void Add(string name, AbiType[] parameters, AbiType? ok, Func<RequestContext, object?[], object?> body) => functions.AddTyped(
            Interface, $"[method]connection.{name}", [connection, .. parameters], Or(ok), (context, arguments) => Try(() => AbiCase.Ok(body(context, arguments))));

        functions.AddResource(Interface, "connection", typeof(RedisConnection));
        functions.AddTyped(Interface, "[static]connection.open", [Abi.Text], Or(Abi.Own<RedisConnection>()), Open);
        Add("publish", [Abi.Text, Abi.Bytes], null, static (context, arguments) => Do(context, arguments, "PUBLISH", arguments[1]!, arguments[2]!));
        Add("get", [Abi.Text], Abi.Option(Abi.Bytes), static (context, arguments) => Send<byte[]>(context, arguments, "GET", arguments[1]!));
        Add("set", [Abi.Text, Abi.Bytes], null, static (context, arguments) => Do(context, arguments, "SET", arguments[1]!, arguments[2]!));
        Add("incr", [Abi.Text], Abi.S64, static (context, arguments) => Number(context, arguments, "INCR", arguments[1]!));
        Add("del", [texts], Abi.U32, static (context, arguments) => (uint)Number(context, arguments, "DEL", [.. (object[])arguments[1]!]));
        Add("sadd", [Abi.Text, texts], Abi.U32, static (context, arguments) => (uint)Number(context, arguments, "SADD", [arguments[1]!, .. (object[])arguments[2]!]));
        Add("srem", [Abi.Text, texts], Abi.U32, static (context, arguments) => (uint)Number(context, arguments, "SREM", [arguments[1]!, .. (object[])arguments[2]!]));
        Add("smembers", [Abi.Text], texts, static (context, arguments) =>
            Send<IReadOnlyList<object?>>(context, arguments, "SMEMBERS", arguments[1]!)?.Select(ToText).ToArray() ?? throw WrongType());
        Add(
            "execute",
            [Abi.Text, Abi.List(Abi.Variant(Abi.S64, Abi.Bytes))],
            Abi.List(Abi.Variant(null, Abi.Text, Abi.S64, Abi.Bytes)),
            static (context, arguments) => Flatten(context.Await(Of(arguments).ExecuteAsync(
                (string)arguments[1]!, [.. ((object?[])arguments[2]!).Select(static parameter => ((AbiCase)parameter!).Value!)]))).ToArray());
    }

    private static object? Open(RequestContext context, object?[] arguments) => Try(() =>
    {
        var connection = context.Capabilities(ConfigurationKeys.AllowedOutboundHosts)?.OpenRedis((string)arguments[0]!)
            ?? throw new CapabilityException("the component has no allowed_outbound_hosts", failure: CapabilityFailure.Address);
        context.Keep(connection);
        return AbiCase.Ok(new RedisConnection(connection));
    });

    // nil, status, int64, binary; what is nested comes one after another, as Spin has it.
    private static IEnumerable<object?> Flatten(object? reply) => reply switch
    {
        null => [new AbiCase(0)],
        RedisStatus status => [new AbiCase(1, status.Text)],
        long number => [new AbiCase(2, number)],
        byte[] bytes => [new AbiCase(3, bytes)],
        IReadOnlyList<object?> list => list.SelectMany(Flatten),
        _ => throw WrongType(),
    };

    private static T? Send<T>(RequestContext context, object?[] arguments, string command, params object[] sent)
        where T : class => context.Await(Of(arguments).ExecuteAsync(command, sent)) switch
        {
            null => null,
            T reply => reply,
            _ => throw WrongType(),
        };

    private static long Number(RequestContext context, object?[] arguments, string command, params object[] sent) =>
        context.Await(Of(arguments).ExecuteAsync(command, sent)) is long number ? number : throw WrongType();

    // The reply says nothing that the guest is told.
    private static object? Do(RequestContext context, object?[] arguments, string command, params object[] sent)
    {
        context.Await(Of(arguments).ExecuteAsync(command, sent));
        return null;
    }

    private static object? ToText(object? member) => member is byte[] bytes ? Encoding.UTF8.GetString(bytes) : throw WrongType();

    private static IRedisConnection Of(object?[] arguments) => ((RedisConnection)arguments[0]!).Connection;

    private static CapabilityException WrongType() => new("the server answered with another type", failure: CapabilityFailure.Type);

    private static AbiCase Try(Func<AbiCase> body)
    {
        try
        {
            return body();
        }
        catch (CapabilityException failure)
        {
            return AbiCase.Error(failure.Failure switch
            {
                CapabilityFailure.Address => new AbiCase(0),
                CapabilityFailure.TooManyConnections => new AbiCase(1),
                CapabilityFailure.Type => new AbiCase(2),
                _ => new AbiCase(3, failure.Message),
            });
        }
    }
}
