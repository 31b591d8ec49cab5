namespace Platform.Runtime.Components;

/// <summary>
/// Reads a component section by section and evaluates it symbolically: index spaces hold where things come from, instantiations become steps of the plan.
/// Format: component-model, design/mvp/Binary.md.
/// </summary>
internal sealed partial class ComponentEvaluator(ReadOnlyMemory<byte> wasm, PlanLimits limits)
{
    private readonly List<PlannedInstance> _instances = [];
    private readonly List<HostImport> _hostImports = [];
    private readonly Dictionary<HostImport, int> _hostIndexes = [];
    private readonly Dictionary<int, CoreModule> _modules = [];
    private readonly List<PlanType> _types = [];
    private readonly Dictionary<ValueType, int> _typeIndexes = [];
    private readonly List<PlanResource> _resources = [];
    private readonly Dictionary<ResourceType, int> _resourceIndexes = [];
    private readonly PartsBudget _budget = new(wasm.Length);
    private readonly List<ConfigurationKeys> _inherited = [];

    /// <summary>Core instantiations in order.</summary>
    public List<PlannedInstance> Instances => _instances;

    /// <summary>Host functions that they use.</summary>
    public List<HostImport> HostImports => _hostImports;

    /// <summary>Component instances that have code, value types and resources of calls between them.</summary>
    public PlanTypes Types => new(_inherited, _types, _resources);

    /// <summary>Evaluates the uploaded component; what it exports.</summary>
    /// <exception cref="HandlerRefusedException">Malformed, unsupported, or over a cap.</exception>
    public IReadOnlyDictionary<string, object> Evaluate()
    {
        if (Composition.Read(wasm.Span) is { } composition)
        {
            return Compose(composition);
        }

        var scope = new Scope(null);
        EvaluateComponent(0, wasm.Length, scope, null);
        return scope.Exports;
    }

    private WasmReader ReaderAt(int start, int length) => new(wasm.Span.Slice(start, length), start);

    private void Spend() => _budget.Item();

    // Arguments are null for the uploaded component and its dependencies, whose imports come from outside.
    private void EvaluateComponent(int start, int length, Scope scope, IReadOnlyDictionary<string, object>? arguments)
    {
        _budget.Enter();
        var reader = ReaderAt(start, length);
        if (!reader.Bytes(8).SequenceEqual("\0asm\x0d\0\x01\0"u8))
        {
            throw reader.Malformed("not a component of version 0x0d");
        }

        while (!reader.AtEnd)
        {
            var id = reader.U8();
            var section = reader.Sub(reader.U32());
            Spend();
            if (id is not (1 or 4))
            {
                _budget.Read(section.Remaining);
            }

            Section(id, ref section, scope, arguments);
            if (!section.AtEnd && id is not (0 or 1 or 4))
            {
                throw section.Malformed($"bytes after the end of section {id}");
            }
        }

        _budget.Leave();
    }

    private void Section(byte id, ref WasmReader section, Scope scope, IReadOnlyDictionary<string, object>? arguments)
    {
        switch (id)
        {
            case 0:
                NameModules(ref section, scope);
                return;
            case 1:
                scope.Modules.Add(ModuleAt(ref section));
                return;
            case 4:
                scope.Components.Add(new ComponentDefinition(section.Offset, section.Remaining, scope));
                return;
            case 9:
                throw section.Unsupported("a component start function");
            case 12:
                throw section.Unsupported("the value definitions proposal");
            case 2 or 3 or 5 or 6 or 7 or 8 or 10 or 11:
                break;
            default:
                throw section.Malformed($"unknown component section {id}");
        }

        var count = section.Count(PartsBudget.MaxItems, "entries of a section");
        for (var i = 0; i < count; i++)
        {
            Spend();
            switch (id)
            {
                case 2:
                    CoreInstanceEntry(ref section, scope);
                    break;
                case 3:
                    CoreTypeEntry(ref section, scope);
                    break;
                case 5:
                    InstanceEntry(ref section, scope);
                    break;
                case 6:
                    AliasEntry(ref section, scope);
                    break;
                case 7:
                    scope.Types.Add(DefinedType(ref section, scope));
                    break;
                case 8:
                    CanonEntry(ref section, scope);
                    break;
                case 10:
                    ImportEntry(ref section, scope, arguments);
                    break;
                case 11:
                    ExportEntry(ref section, scope);
                    break;
            }
        }
    }

    // The custom section component-name: subsections of a sort and a map from index to name. Only the names of core modules matter (sort 00 11). Damaged, it
    // names nothing: custom sections don't change what a component means.
    private static void NameModules(ref WasmReader section, Scope scope)
    {
        if (section.Name() != "component-name")
        {
            return;
        }

        try
        {
            while (!section.AtEnd)
            {
                var id = section.U8();
                var names = section.Sub(section.U32());
                if (id != 1 || names.U8() != 0x00 || names.U8() != 0x11)
                {
                    continue;
                }

                var count = names.Count(10_000, "names");
                for (var i = 0; i < count; i++)
                {
                    var module = At(ref names, scope.Modules, "core module");
                    module.Info.Name = names.Name();
                }
            }
        }
        catch (HandlerRefusedException)
        {
            scope.Modules.ForEach(module => module.Info.Name = "");
        }
    }

    // A nested component may be instantiated many times: its modules are read once.
    private CoreModule ModuleAt(ref WasmReader section)
    {
        var (start, length) = (section.Offset, section.Remaining);
        if (!_modules.TryGetValue(start, out var module))
        {
            module = new CoreModule(new CoreModuleRange(start, length), CoreModuleParser.Parse(wasm.Slice(start, length), start, limits, _budget));
            _modules.Add(start, module);
        }

        return module;
    }

    private void CoreInstanceEntry(ref WasmReader section, Scope scope)
    {
        switch (section.U8())
        {
            case 0x00:
                var module = At(ref section, scope.Modules, "core module");
                var count = section.Count(10_000, "instantiation arguments");
                var arguments = new Dictionary<string, CoreInstance>(StringComparer.Ordinal);
                for (var i = 0; i < count; i++)
                {
                    Spend();
                    var name = section.Name();
                    if (section.U8() != 0x12)
                    {
                        throw section.Malformed("a core instantiation argument is no instance");
                    }

                    if (!arguments.TryAdd(name, At(ref section, scope.CoreInstances, "core instance")))
                    {
                        throw section.Malformed($"the instantiation argument {name} is given twice");
                    }
                }

                scope.CoreInstances.Add(InstantiateCore(module, arguments, NumberOf(scope)));
                return;
            case 0x01:
                var exports = new Dictionary<string, CoreEntity>(StringComparer.Ordinal);
                var exported = section.Count(100_000, "inline exports");
                for (var i = 0; i < exported; i++)
                {
                    Spend();
                    var name = section.Name();
                    var sort = section.U8();
                    if (sort > 3)
                    {
                        throw section.Unsupported($"a core instance that exports sort {sort}");
                    }

                    if (!exports.TryAdd(name, At(ref section, scope.Core[sort], "core item")))
                    {
                        throw section.Malformed($"{name} is exported twice");
                    }
                }

                scope.CoreInstances.Add(new CoreInstance(exports));
                return;
            default:
                throw section.Malformed("unknown form of core instance");
        }
    }

    private CoreInstance InstantiateCore(CoreModule module, Dictionary<string, CoreInstance> arguments, int component)
    {
        var resolved = new List<ImportArgument>(module.Info.Imports.Count);
        foreach (var import in module.Info.Imports)
        {
            Spend();
            if (!arguments.TryGetValue(import.Module, out var instance) || !instance.Exports.TryGetValue(import.Name, out var entity))
            {
                throw new HandlerRefusedException(
                    HandlerRefusal.Malformed, $"a core module imports {import.Module} {import.Name}, which its instantiation doesn't give");
            }

            if (import is { Kind: CoreKind.Function, Signature: null })
            {
                throw new HandlerRefusedException(
                    HandlerRefusal.Unsupported, $"a core module imports the function {import.Module} {import.Name} with vector or reference values");
            }

            var fits = import.Type is { } wanted ? entity.Type is { } given && given.Matches(wanted) : Equals(entity.Signature, import.Signature);
            if (entity.Kind != import.Kind || !fits)
            {
                throw new HandlerRefusedException(
                    HandlerRefusal.UnknownImport,
                    $"a core module imports {import.Module} {import.Name} as {import.Kind} {import.Signature}{import.Type}, but is given {Describe(entity)}");
            }

            resolved.Add(new ImportArgument(import.Module, import.Name, entity.Item));
        }

        var index = _instances.Count;
        if (index >= 1000)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, "more than 1000 core instances");
        }

        _instances.Add(new PlannedInstance(index, module, resolved, component));
        var exports = new Dictionary<string, CoreEntity>(StringComparer.Ordinal);
        foreach (var (name, export) in module.Info.Exports)
        {
            Spend();
            exports.Add(name, new CoreEntity(export.Kind, new InstanceExportItem(index, name), export.Signature, export.Type));
        }

        return new CoreInstance(exports);
    }

    private string Describe(CoreEntity entity) => entity.Item is HostFunctionItem host
        ? $"{_hostImports[host.HostImport].Name} of type {entity.Signature}"
        : $"{entity.Kind} {entity.Signature}{entity.Type}";

    private static T At<T>(ref WasmReader section, List<T> space, string what)
    {
        var index = section.U32();
        return index < (uint)space.Count ? space[(int)index] : throw section.Malformed($"there is no {what} {index}");
    }
}
