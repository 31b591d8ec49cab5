using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.KeyValue;

/// <summary>
/// <c>wasi:keyvalue@0.2.0-draft2</c>: store, atomics and batch. A cursor of <c>list-keys</c> is the last key before it, so that it stays good whatever changes.
/// </summary>
internal static class KeyValueFunctions
{
    /// <summary>Keys or pairs in one call of batch.</summary>
    private const int MaxBatch = 1000;

    private const string Store = "wasi:keyvalue/store";
    private const string Atomics = "wasi:keyvalue/atomics";
    private const string Batch = "wasi:keyvalue/batch";

    /// <summary>Registers the three interfaces.</summary>
    public static void Register(HostFunctions functions)
    {
        var error = Abi.Variant(null, null, Abi.Text);
        AbiType Or(AbiType? ok) => Abi.Result(ok, error);

        functions.AddResource(Store, "bucket", typeof(Bucket));
        functions.AddTyped(Store, "open", [Abi.Text], Or(Abi.Own<Bucket>()), Open);
        AbiType bucket = Abi.Borrow<Bucket>();
        functions.AddTyped(Store, "[method]bucket.get", [bucket, Abi.Text], Or(Abi.Option(Abi.Bytes)), Get);
        functions.AddTyped(Store, "[method]bucket.set", [bucket, Abi.Text, Abi.Bytes], Or(null), Set);
        functions.AddTyped(Store, "[method]bucket.delete", [bucket, Abi.Text], Or(null), Delete);
        functions.AddTyped(Store, "[method]bucket.exists", [bucket, Abi.Text], Or(Abi.Bool), Exists);
        functions.AddTyped(
            Store, "[method]bucket.list-keys", [bucket, Abi.Option(Abi.Text)], Or(Abi.Tuple(Abi.List(Abi.Text), Abi.Option(Abi.Text))), ListKeys);

        functions.AddResource(Atomics, "cas", typeof(Cas));
        functions.AddTyped(Atomics, "increment", [bucket, Abi.Text, Abi.S64], Or(Abi.S64), Increment);
        functions.AddTyped(Atomics, "[static]cas.new", [bucket, Abi.Text], Or(Abi.Own<Cas>()), NewCas);
        functions.AddTyped(Atomics, "[method]cas.current", [Abi.Borrow<Cas>()], Or(Abi.Option(Abi.Bytes)), Current);
        functions.AddTyped(
            Atomics, "swap", [Abi.Own<Cas>(), Abi.Bytes], Abi.Result(null, Abi.Variant(error, Abi.Own<Cas>())), Swap);

        functions.AddTyped(
            Batch, "get-many", [bucket, Abi.List(Abi.Text)], Or(Abi.List(Abi.Tuple(Abi.Text, Abi.Option(Abi.Bytes)))), GetMany);
        functions.AddTyped(Batch, "set-many", [bucket, Abi.List(Abi.Tuple(Abi.Text, Abi.Bytes))], Or(null), SetMany);
        functions.AddTyped(Batch, "delete-many", [bucket, Abi.List(Abi.Text)], Or(null), DeleteMany);
    }

    private static object? Open(RequestContext context, object?[] arguments) =>
        context.Capabilities(ConfigurationKeys.KeyValueStores)?.OpenKeyValue((string)arguments[0]!) is { } store
            ? AbiCase.Ok(new Bucket(store))
            : AbiCase.Error(new AbiCase(1));

    private static object? Get(RequestContext context, object?[] arguments) => Try(() => context.Await(Of(arguments).GetAsync((string)arguments[1]!)));

    private static object? Set(RequestContext context, object?[] arguments) =>
        Try(() => context.Await(Of(arguments).SetAsync((string)arguments[1]!, (byte[])arguments[2]!)));

    private static object? Delete(RequestContext context, object?[] arguments) => Try(() => context.Await(Of(arguments).DeleteAsync((string)arguments[1]!)));

    private static object? Exists(RequestContext context, object?[] arguments) => Try(() => context.Await(Of(arguments).ExistsAsync((string)arguments[1]!)));

    private static object? ListKeys(RequestContext context, object?[] arguments) => Try(() =>
    {
        var keys = context.Await(Of(arguments).KeysAsync((string?)arguments[1]));
        return new object?[] { keys, keys.Count == 0 ? null : keys[^1] };
    });

    private static object? Increment(RequestContext context, object?[] arguments) =>
        Try(() => context.Await(Of(arguments).IncrementAsync((string)arguments[1]!, (long)arguments[2]!)));

    private static object? NewCas(RequestContext context, object?[] arguments) => Try(() => ReadCas(context, Of(arguments), (string)arguments[1]!));

    private static object? Current(RequestContext context, object?[] arguments) => AbiCase.Ok(((Cas)arguments[0]!).Current);

    // cas-error: store-error, cas-failed.
    private static object? Swap(RequestContext context, object?[] arguments)
    {
        var cas = (Cas)arguments[0]!;
        context.ReleaseHostBytes(cas);
        try
        {
            return context.Await(cas.Store.SwapAsync(cas.Key, cas.Current, (byte[])arguments[1]!))
                ? AbiCase.Ok()
                : AbiCase.Error(new AbiCase(1, ReadCas(context, cas.Store, cas.Key)));
        }
        catch (CapabilityException failure)
        {
            return AbiCase.Error(new AbiCase(0, new AbiCase(2, failure.Message)));
        }
    }

    private static object? GetMany(RequestContext context, object?[] arguments) => TryBatch(arguments, keys =>
    {
        var values = context.Await(Of(arguments).GetManyAsync([.. keys.Cast<string>()]));
        return keys.Select((key, i) => (object?)new[] { key, values[i] }).ToArray();
    });

    private static object? SetMany(RequestContext context, object?[] arguments) => TryBatch(arguments, pairs =>
    {
        context.Await(Task.WhenAll(pairs.Cast<object?[]>().Select(pair => Of(arguments).SetAsync((string)pair[0]!, (byte[])pair[1]!))));
        return null;
    });

    private static object? DeleteMany(RequestContext context, object?[] arguments) => TryBatch(arguments, keys =>
    {
        context.Await(Task.WhenAll(keys.Select(key => Of(arguments).DeleteAsync((string)key!))));
        return null;
    });

    // What it read is held by the host until it is dropped.
    private static Cas ReadCas(RequestContext context, IKeyValueStore store, string key)
    {
        var current = context.Await(store.GetAsync(key));
        var cas = new Cas(store, key, current);
        context.ChargeHostBytes(cas, current?.Length ?? 0);
        return cas;
    }

    private static IKeyValueStore Of(object?[] arguments) => ((Bucket)arguments[0]!).Store;

    private static AbiCase TryBatch(object?[] arguments, Func<object?[], object?> body)
    {
        var entries = (object?[])arguments[1]!;
        return entries.Length <= MaxBatch
            ? Try(() => body(entries))
            : AbiCase.Error(new AbiCase(2, $"{entries.Length} entries in one batch; at most {MaxBatch} are allowed"));
    }

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
            return AbiCase.Error(new AbiCase(2, failure.Message));
        }
    }
}
