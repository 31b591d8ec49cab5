using System.Text.Json.Serialization;

namespace Platform.Runtime.Components;

/// <summary>
/// What has to be done to bring a handler to life: core modules to instantiate, in order, each import resolved, and the core function
/// that handles a request. Made once at deploy from the component binary by symbolic evaluation; immutable.
/// </summary>
/// <param name="Kind">Which of the handler kinds the uploaded binary is.</param>
/// <param name="Modules">The core modules that the steps instantiate, as byte ranges of the uploaded binary.</param>
/// <param name="HostImports">Distinct host functions that the steps refer to by index.</param>
/// <param name="Steps">Instantiations and start calls, in order. An instance is named by its ordinal among the <see cref="InstantiateStep"/>s.</param>
/// <param name="Handler">The function to call for a request.</param>
/// <param name="Memories">How many memories the instances define.</param>
internal sealed record ComponentPlan(
    HandlerKind Kind,
    IReadOnlyList<CoreModuleRange> Modules,
    IReadOnlyList<HostImport> HostImports,
    IReadOnlyList<PlanStep> Steps,
    HandlerExport Handler,
    MemoryTotals Memories);

/// <summary>A core module's bytes inside the uploaded binary (the whole binary for a core module upload).</summary>
internal sealed record CoreModuleRange(int Offset, int Length);

/// <summary>One step of bringing a handler to life.</summary>
[JsonDerivedType(typeof(InstantiateStep), "instantiate")]
[JsonDerivedType(typeof(CallStep), "call")]
internal abstract record PlanStep;

/// <summary>Instantiate a core module; <paramref name="Arguments"/> has one entry per import of the module, in the module's import order.</summary>
internal sealed record InstantiateStep(int Module, IReadOnlyList<ImportArgument> Arguments) : PlanStep;

/// <summary>Call a core function without parameters or results (an elided start-only module).</summary>
internal sealed record CallStep(CoreItem Function) : PlanStep;

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

    /// <summary><c>canon resource.drop</c> of an imported resource; <see cref="HostImport.Function"/> is the resource's name.</summary>
    ResourceDrop,

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
internal sealed record HostImport(
    HostImportKind Kind,
    string Interface,
    string Version,
    string Function,
    CoreSignature Signature,
    StringEncoding Encoding,
    CoreItem? Memory,
    CoreItem? Realloc);

/// <summary>The function that handles a request, and the lifting options its results need.</summary>
/// <param name="Interface">The exported interface without its version, <c>wasi:http/incoming-handler</c>; empty for a preview1 command.</param>
/// <param name="Function">The function's name in it, <c>handle</c>; <c>_start</c> for a preview1 command.</param>
/// <param name="Core">The core function.</param>
/// <param name="Signature">Its core signature.</param>
/// <param name="Memory">The memory its lift names.</param>
/// <param name="PostReturn">The function to call after it returned (the canonical ABI's post-return); null for none.</param>
internal sealed record HandlerExport(string Interface, string Function, CoreItem Core, CoreSignature Signature, CoreItem? Memory, CoreItem? PostReturn);

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
