using System.Text.Json.Serialization;

namespace Platform.Runtime.Components;

/// <summary>
/// What has to be done to bring a handler to life: core modules to instantiate, in order, each import resolved, and the core function
/// that handles a request. Made once at deploy from the component binary by symbolic evaluation; immutable.
/// </summary>
/// <param name="Modules">The core modules that the steps instantiate, as byte ranges of the uploaded binary.</param>
/// <param name="HostImports">Distinct host functions that the steps refer to by index.</param>
/// <param name="Steps">Instantiations and start calls, in order. An instance is named by its ordinal among the <see cref="InstantiateStep"/>s.</param>
/// <param name="Handlers">The functions to call, one of a kind.</param>
/// <param name="Memories">How many memories the instances define.</param>
/// <param name="Types">What calls between components need.</param>
internal sealed record ComponentPlan(
    IReadOnlyList<CoreModuleRange> Modules,
    IReadOnlyList<HostImport> HostImports,
    IReadOnlyList<PlanStep> Steps,
    IReadOnlyList<HandlerExport> Handlers,
    MemoryTotals Memories,
    PlanTypes Types)
{
    /// <summary>The kinds of <see cref="Handlers"/>.</summary>
    [JsonIgnore]
    public HandlerKinds Kinds => Handlers.Aggregate(HandlerKinds.None, static (kinds, handler) => kinds | handler.Kind);
}

/// <summary>A core module's bytes inside the uploaded binary (the whole binary for a core module upload).</summary>
internal sealed record CoreModuleRange(int Offset, int Length);

/// <summary>One step of bringing a handler to life, in a component instance.</summary>
[JsonDerivedType(typeof(InstantiateStep), "instantiate")]
[JsonDerivedType(typeof(CallStep), "call")]
internal abstract record PlanStep(int Component);

/// <summary>Instantiate a core module; <paramref name="Arguments"/> has one entry per import of the module, in the module's import order.</summary>
internal sealed record InstantiateStep(int Module, IReadOnlyList<ImportArgument> Arguments, int Component) : PlanStep(Component);

/// <summary>Call a core function without parameters or results (an elided start-only module).</summary>
internal sealed record CallStep(CoreItem Function, int Component) : PlanStep(Component);

/// <summary>One import of a core module and what satisfies it.</summary>
internal sealed record ImportArgument(string Module, string Name, CoreItem Item);

/// <summary>Where a core function, memory, table or global comes from.</summary>
[JsonDerivedType(typeof(InstanceExportItem), "export")]
[JsonDerivedType(typeof(HostFunctionItem), "host")]
internal abstract record CoreItem;

/// <summary>An export of an instance made by an earlier step.</summary>
internal sealed record InstanceExportItem(int Instance, string Name) : CoreItem;

/// <summary>A host function: an index into <see cref="ComponentPlan.HostImports"/>.</summary>
internal sealed record HostFunctionItem(int HostImport) : CoreItem;

/// <summary>What a <see cref="HostImport"/> does.</summary>
internal enum HostImportKind
{
    /// <summary>A lowered function of an imported interface (<c>canon lower</c>).</summary>
    Function,

    /// <summary><c>canon resource.drop</c>; of an imported resource, <see cref="HostImport.Function"/> is its name.</summary>
    ResourceDrop,

    /// <summary>A lowered function that another component of the upload lifts.</summary>
    GuestCall,

    /// <summary><c>canon resource.new</c>.</summary>
    ResourceNew,

    /// <summary><c>canon resource.rep</c>.</summary>
    ResourceRep,

    /// <summary>A function that a core module imports directly (<c>wasi_snapshot_preview1</c>).</summary>
    CoreFunction,
}

/// <summary>
/// A host function as one core module imports it.
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="Interface">The interface without its version, <c>wasi:http/types</c>, or the core module name <c>wasi_snapshot_preview1</c>.</param>
/// <param name="Version">The interface's version as imported, <c>0.2.3</c>; empty when it has none.</param>
/// <param name="Function">The function's name in the interface, <c>[method]fields.get</c>; the resource's name for a drop.</param>
/// <param name="Signature">The lowered core signature.</param>
/// <param name="Encoding">The string encoding of the lowering.</param>
/// <param name="Memory">The memory the lowering names; null when it names none.</param>
/// <param name="Realloc">The realloc function the lowering names; null when it names none.</param>
/// <param name="Call">The other component's function of a call; the destructor of a drop. Null for none.</param>
/// <param name="Resource">The resource of a resource function, an index into <see cref="PlanTypes.Resources"/>; -1 for others.</param>
internal sealed record HostImport(
    HostImportKind Kind,
    string Interface,
    string Version,
    string Function,
    CoreSignature Signature,
    StringEncoding Encoding,
    CoreItem? Memory,
    CoreItem? Realloc,
    GuestCall? Call = null,
    int Resource = -1)
{
    /// <summary>What it is called in messages.</summary>
    [JsonIgnore]
    public string Name => Interface.Length > 0 ? $"{Interface}#{Function}" : Function.Length > 0 ? Function : $"{Kind}";

    /// <summary>The items it refers to.</summary>
    [JsonIgnore]
    public IEnumerable<CoreItem> Items => ((CoreItem?[])[Memory, Realloc, Call?.Function, Call?.Memory, Call?.Realloc, Call?.PostReturn]).OfType<CoreItem>();

    /// <summary>The same with other items.</summary>
    public HostImport Map(Func<CoreItem, CoreItem> map)
    {
        CoreItem? Optional(CoreItem? item) => item is null ? null : map(item);

        return this with
        {
            Memory = Optional(Memory),
            Realloc = Optional(Realloc),
            Call = Call is null ? null : Call with
            {
                Function = map(Call.Function),
                Memory = Optional(Call.Memory),
                Realloc = Optional(Call.Realloc),
                PostReturn = Optional(Call.PostReturn),
            },
        };
    }
}

/// <summary>A function that handles a request or message, and the lifting options of its parameters and results.</summary>
/// <param name="Kind">For what.</param>
/// <param name="Interface">The exported interface without its version, <c>wasi:http/incoming-handler</c>; empty for a preview1 command.</param>
/// <param name="Function">The function's name in it, <c>handle</c>; <c>_start</c> for a preview1 command.</param>
/// <param name="Core">The core function.</param>
/// <param name="Signature">Its core signature.</param>
/// <param name="Memory">The memory its lift names.</param>
/// <param name="Realloc">The realloc function its lift names; null when it names none.</param>
/// <param name="PostReturn">The function to call after it returned (the canonical ABI's post-return); null for none.</param>
/// <param name="Component">The component instance it belongs to.</param>
internal sealed record HandlerExport(
    HandlerKinds Kind, string Interface, string Function, CoreItem Core, CoreSignature Signature, CoreItem? Memory, CoreItem? Realloc, CoreItem? PostReturn, int Component)
{
    /// <summary>The items it refers to.</summary>
    [JsonIgnore]
    public IEnumerable<CoreItem> Items => ((CoreItem?[])[Core, Memory, Realloc, PostReturn]).OfType<CoreItem>();

    /// <summary>The same with other items.</summary>
    public HandlerExport Map(Func<CoreItem, CoreItem> map)
    {
        CoreItem? Optional(CoreItem? item) => item is null ? null : map(item);

        return this with { Core = map(Core), Memory = Optional(Memory), Realloc = Optional(Realloc), PostReturn = Optional(PostReturn) };
    }
}

/// <summary>A function of another component of the upload, as it was lifted.</summary>
/// <param name="Component">The component instance it belongs to.</param>
/// <param name="Function">The core function.</param>
/// <param name="Encoding">The string encoding of the lift.</param>
/// <param name="Memory">The memory the lift names; null when it names none.</param>
/// <param name="Realloc">The realloc function the lift names; null when it names none.</param>
/// <param name="PostReturn">The function to call once the results are read; null for none.</param>
/// <param name="Parameters">Its parameters as a record, an index into <see cref="PlanTypes.Types"/>; -1 for a destructor.</param>
/// <param name="Result">Its result; -1 for none.</param>
internal sealed record GuestCall(
    int Component, CoreItem Function, StringEncoding Encoding, CoreItem? Memory, CoreItem? Realloc, CoreItem? PostReturn, int Parameters, int Result);

/// <summary>What calls between components need.</summary>
/// <param name="Components">Component instances that have code: what each may use of what the manifest grants.</param>
/// <param name="Types">Value types; parts come before what they are parts of.</param>
/// <param name="Resources">Resource types.</param>
internal sealed record PlanTypes(IReadOnlyList<ConfigurationKeys> Components, IReadOnlyList<PlanType> Types, IReadOnlyList<PlanResource> Resources)
{
    /// <summary>Of a handler that is one core module.</summary>
    public static PlanTypes None { get; } = new([ConfigurationKeys.All], [], []);
}

/// <summary>A value type.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Parts">Indexes of its parts; -1 for a case without payload.</param>
/// <param name="Count">Names of flags; for a handle, the index of the resource.</param>
internal sealed record PlanType(ValueKind Kind, IReadOnlyList<int> Parts, int Count);

/// <summary>A resource type, of an interface or of a component instance (-1 for none).</summary>
internal sealed record PlanResource(string Interface, string Version, string Name, int Component);

/// <summary>String encodings of the canonical ABI.</summary>
internal enum StringEncoding
{
    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16.</summary>
    Utf16,

    /// <summary>Latin-1 or UTF-16.</summary>
    Latin1OrUtf16,
}

/// <summary>Core value types, with the numbers of the binary format.</summary>
internal enum CoreType : byte
{
    /// <summary>32-bit integer.</summary>
    I32 = 0x7f,

    /// <summary>64-bit integer.</summary>
    I64 = 0x7e,

    /// <summary>32-bit float.</summary>
    F32 = 0x7d,

    /// <summary>64-bit float.</summary>
    F64 = 0x7c,
}
