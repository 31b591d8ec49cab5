using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.KeyValue;

/// <summary><c>fermyon:spin/key-value@2.0.0</c>. Its errors: store-table-full, no-such-store, access-denied, other.</summary>
internal static class SpinKeyValueFunctions
{
    private const string Interface = "fermyon:spin/key-value";

    /// <summary>Keys that <c>get-keys</c> gives at most.</summary>
    private const int MaxKeys = 100_000;

    /// <summary>Registers the interface.</summary>
    public static void Register(HostFunctions functions)
    {
        var error = Abi.Variant(null, null, null, Abi.Text);
        AbiType Or(AbiType? ok) => Abi.Result(ok, error);
        AbiType store = Abi.Borrow<SpinStore>();

        functions.AddResource(Interface, "store", typeof(SpinStore));
        functions.AddTyped(Interface, "[static]store.open", [Abi.Text], Or(Abi.Own<SpinStore>()), Open);
        functions.AddTyped(Interface, "[method]store.get", [store, Abi.Text], Or(Abi.Option(Abi.Bytes)), static (context, arguments) =>
            Try(() => context.Await(Of(arguments).GetAsync((string)arguments[1]!))));
        functions.AddTyped(Interface, "[method]store.set", [store, Abi.Text, Abi.Bytes], Or(null), static (context, arguments) =>
            Try(() => context.Await(Of(arguments).SetAsync((string)arguments[1]!, (byte[])arguments[2]!))));
        functions.AddTyped(Interface, "[method]store.delete", [store, Abi.Text], Or(null), static (context, arguments) =>
            Try(() => context.Await(Of(arguments).DeleteAsync((string)arguments[1]!))));
        functions.AddTyped(Interface, "[method]store.exists", [store, Abi.Text], Or(Abi.Bool), static (context, arguments) =>
            Try(() => context.Await(Of(arguments).ExistsAsync((string)arguments[1]!))));
        functions.AddTyped(Interface, "[method]store.get-keys", [store], Or(Abi.List(Abi.Text)), static (context, arguments) =>
            Try(() => Keys(context, Of(arguments))));
    }

    private static object? Open(RequestContext context, object?[] arguments) =>
        context.Capabilities(ConfigurationKeys.KeyValueStores)?.OpenKeyValue((string)arguments[0]!) is { } store
            ? AbiCase.Ok(new SpinStore(store))
            : AbiCase.Error(new AbiCase(2));

    private static List<string> Keys(RequestContext context, IKeyValueStore store)
    {
        List<string> keys = [];
        for (var page = context.Await(store.KeysAsync(null)); page.Count > 0; page = context.Await(store.KeysAsync(page[^1])))
        {
            keys.AddRange(page);
            if (keys.Count > MaxKeys)
            {
                throw new CapabilityException($"the store has more than {MaxKeys} keys; read them a page at a time, with list-keys of wasi:keyvalue/store");
            }
        }

        return keys;
    }

    private static IKeyValueStore Of(object?[] arguments) => ((SpinStore)arguments[0]!).Store;

    private static AbiCase Try(Action body) => Try<object?>(() =>
    {
        body();
        return null;
    });

    private static AbiCase Try<T>(Func<T> body)
    {
        try
        {
            return AbiCase.Ok(body());
        }
        catch (CapabilityException failure)
        {
            return AbiCase.Error(new AbiCase(3, failure.Message));
        }
    }
}
