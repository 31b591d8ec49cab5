using System.Collections.Frozen;
using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Hosting;

/// <summary>
/// Every function that guests may import, by interface without version and function name. An interface registers its functions through
/// <see cref="Add"/> and its resources through <see cref="AddResource"/>.
/// </summary>
internal sealed unsafe class HostFunctions
{
    /// <summary>Fuel of a call that copies nothing: 0.08 µs measured, at about one fuel a nanosecond.</summary>
    public const int CallFuel = 100;

    private static readonly CoreSignature DropSignature = new([CoreType.I32], []);

    private readonly Dictionary<(string Interface, string Function), HostFunction> _functions = [];
    private readonly Dictionary<(string Interface, string Resource), ResourceKind> _resources = [];
    private readonly HostFunction _drop;

    private HostFunctions() => _drop = new HostFunction("resource.drop", DropSignature, CallFuel, &DropResource);

    /// <summary>The functions of this build of the platform.</summary>
    public static HostFunctions Instance { get; } = Create();

    /// <summary>All registered functions, for the test against the published WIT packages.</summary>
    public IReadOnlyDictionary<(string Interface, string Function), HostFunction> All => _functions.ToFrozenDictionary();

    /// <summary>Registers a function; the signature is written <c>iI&gt;i</c>: i = i32, I = i64, f = f32, F = f64.</summary>
    public void Add(
        string @interface, string function, string signature, delegate*<RequestContext, Lowering, ValRaw*, void> body, int fuel = CallFuel) =>
        _functions.Add((@interface, function), new HostFunction($"{@interface}#{function}", ParseSignature(signature), fuel, body));

    /// <summary>Registers a function by its WIT types; null for no result.</summary>
    public void AddTyped(string @interface, string function, AbiType[] parameters, AbiType? result, Func<RequestContext, object?[], object?> body) =>
        _functions.Add((@interface, function), new TypedFunction($"{@interface}#{function}", parameters, result, body));

    /// <summary>Registers a resource type: what <c>resource.drop</c> of it accepts.</summary>
    public void AddResource(string @interface, string resource, Type type) => _resources.Add((@interface, resource), new ResourceKind(type.Name, type, -1));

    /// <summary>Finds what an import needs and checks its type.</summary>
    /// <exception cref="HandlerRefusedException">Not there, or with another signature: both named.</exception>
    public (HostFunction Function, ResourceKind? Resource) Resolve(HostImport import)
    {
        if (import.Kind == HostImportKind.ResourceDrop)
        {
            return (_drop, Resource(import.Interface, import.Version, import.Function));
        }

        var (key, name) = Key(import.Interface, import.Version);
        if (!_functions.TryGetValue((key, import.Function), out var function))
        {
            throw new HandlerRefusedException(
                HandlerRefusal.UnknownImport, $"imports {name}#{import.Function}, which this platform doesn't have");
        }

        if (!function.Signature.Equals(import.Signature))
        {
            throw new HandlerRefusedException(
                HandlerRefusal.UnknownImport,
                $"imports {name}#{import.Function} as {import.Signature}, but its type here is {function.Signature}");
        }

        return (function, null);
    }

    /// <summary>Finds a resource type.</summary>
    /// <exception cref="HandlerRefusedException">Not there.</exception>
    public ResourceKind Resource(string @interface, string version, string resource)
    {
        var (key, name) = Key(@interface, version);
        return _resources.TryGetValue((key, resource), out var kind)
            ? kind
            : throw new HandlerRefusedException(HandlerRefusal.UnknownImport, $"imports the resource {resource} of {name}, which this platform doesn't have");
    }

    private static (string Key, string Name) Key(string @interface, string version)
    {
        var name = version.Length == 0 ? @interface : $"{@interface}@{version}";
        var key = InterfaceVersions.Resolve(@interface, version, out var supported);
        return supported is null ? (key, name) : throw new HandlerRefusedException(HandlerRefusal.Unsupported, $"imports {name}; supported are {supported}");
    }

    private static HostFunctions Create()
    {
        var functions = new HostFunctions();
        Wasi.Io.IoFunctions.Register(functions);
        Wasi.Http.HttpFunctions.Register(functions);
        Wasi.Clocks.ClockFunctions.Register(functions);
        Wasi.Random.RandomFunctions.Register(functions);
        Wasi.Cli.CliFunctions.Register(functions);
        Wasi.Filesystem.FilesystemFunctions.Register(functions);
        Wasi.Sockets.SocketFunctions.Register(functions);
        Wasi.Preview1.Preview1Functions.Register(functions);
        Wasi.Config.VariableFunctions.Register(functions);
        Wasi.Logging.LoggingFunctions.Register(functions);
        Wasi.KeyValue.KeyValueFunctions.Register(functions);
        Wasi.KeyValue.SpinKeyValueFunctions.Register(functions);
        Wasi.Sqlite.SqliteFunctions.Register(functions);
        Wasi.Redis.RedisFunctions.Register(functions);
        Wasi.Sql.SqlFunctions.Register(functions);
        Wasi.Mqtt.MqttFunctions.Register(functions);
        return functions;
    }

    private static void DropResource(RequestContext context, Lowering lowering, ValRaw* values) =>
        context.Handles.Drop(values[0].U32, lowering.Resource!, context);

    private static CoreSignature ParseSignature(string text)
    {
        var split = text.IndexOf('>', StringComparison.Ordinal);
        return new CoreSignature(Types(text[..split]), Types(text[(split + 1)..]));

        static CoreType[] Types(string letters) => [.. letters.Select(letter => letter switch
        {
            'i' => CoreType.I32,
            'I' => CoreType.I64,
            'f' => CoreType.F32,
            'F' => CoreType.F64,
            _ => throw new ArgumentException($"'{letter}' is no core type"),
        })];
    }
}
