namespace Platform.Runtime.Components;

/// <summary>A core module of a component.</summary>
internal sealed record CoreModule(CoreModuleRange Range, CoreModuleInfo Info);

/// <summary>A core item and its type: the signature of a function (null for one with other values than the four number types), the type of anything else.</summary>
internal sealed record CoreEntity(CoreKind Kind, CoreItem Item, CoreSignature? Signature, CoreItemType? Type);

/// <summary>A core instance: its exports by name.</summary>
internal sealed record CoreInstance(IReadOnlyDictionary<string, CoreEntity> Exports);

/// <summary>A component nested in another: its bytes, and the scope it closes over.</summary>
internal sealed record ComponentDefinition(int Start, int Length, Scope Scope);

/// <summary>A component instance: exports by name, each a <see cref="ComponentFunction"/>, <see cref="ComponentType"/>, <see cref="ComponentInstance"/>,
/// <see cref="ComponentDefinition"/> or <see cref="CoreModule"/>.</summary>
internal sealed record ComponentInstance(IReadOnlyDictionary<string, object> Exports);

/// <summary>A component function.</summary>
internal abstract record ComponentFunction(FunctionType Type);

/// <summary>A function that the platform provides.</summary>
internal sealed record ImportedFunction(string Interface, string Version, string Name, FunctionType Type) : ComponentFunction(Type);

/// <summary>A core function lifted (<c>canon lift</c>) by the component of a number.</summary>
internal sealed record LiftedFunction(InstanceExportItem Core, CanonOptions Options, CoreItem? PostReturn, FunctionType Type, int Component) : ComponentFunction(Type);

/// <summary>Options of a <c>canon lift</c> or <c>canon lower</c>.</summary>
internal sealed record CanonOptions(StringEncoding Encoding, CoreItem? Memory, CoreItem? Realloc, CoreEntity? PostReturn);
