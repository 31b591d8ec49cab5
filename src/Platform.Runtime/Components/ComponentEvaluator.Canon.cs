namespace Platform.Runtime.Components;

/// <content>Canonical functions: lift, lower and the resource built-ins.</content>
internal sealed partial class ComponentEvaluator
{
    private const int MaxComponents = 1000;
    private const uint MaxValueSize = 1 << 20;

    private static readonly CoreSignature s_drop = new([CoreType.I32], []);
    private static readonly CoreSignature s_resource = new([CoreType.I32], [CoreType.I32]);
    private static readonly CoreSignature s_realloc = new([CoreType.I32, CoreType.I32, CoreType.I32, CoreType.I32], [CoreType.I32]);

    private void CanonEntry(ref WasmReader section, Scope scope)
    {
        var code = section.U8();
        switch (code)
        {
            case 0x00:
                RequireFunctionSort(ref section);
                var core = At(ref section, scope.Core[0], "core function");
                var liftOptions = Options(ref section, scope);
                var type = At(ref section, scope.Types, "type") as FunctionType ?? throw section.Malformed("a lift of no function type");
                scope.Functions.Add(Lift(ref section, scope, core, liftOptions, type));
                return;
            case 0x01:
                RequireFunctionSort(ref section);
                var function = At(ref section, scope.Functions, "function");
                var lowerOptions = Options(ref section, scope);
                scope.Core[0].Add(Lower(ref section, function, lowerOptions));
                return;
            case 0x02 or 0x03 or 0x04:
                var resource = At(ref section, scope.Types, "type") as ResourceType ?? throw section.Malformed("a resource function of a type that is no resource");
                scope.Core[0].Add(code == 0x03 ? Drop(resource) : OwnResource(ref section, scope, resource, code == 0x02 ? HostImportKind.ResourceNew : HostImportKind.ResourceRep));
                return;
            default:
                throw section.Unsupported($"the canonical function 0x{code:x2} (asynchronous components or threads)");
        }
    }

    private static void RequireFunctionSort(ref WasmReader section)
    {
        if (section.U8() != 0x00)
        {
            throw section.Malformed("a lift or lower of something else than a function");
        }
    }

    // The host calls it without a check of its type by the engine: a wrong one would have it read and write past its arguments.
    private static InstanceExportItem GuestFunction(ref WasmReader section, CoreEntity core, CoreSignature signature, string what) =>
        !signature.Equals(core.Signature) ? throw section.Malformed($"the {what} function has the type {core.Signature}, not {signature}")
        : core.Item as InstanceExportItem ?? throw section.Unsupported($"a {what} function that is an imported function itself");

    private LiftedFunction Lift(ref WasmReader section, Scope scope, CoreEntity core, CanonOptions options, FunctionType type)
    {
        var postReturn = options.PostReturn is { } post ? GuestFunction(ref section, post, new CoreSignature(type.Lifted.Results, []), "post-return") : null;
        return new LiftedFunction(GuestFunction(ref section, core, type.Lifted, "lifted"), options, postReturn, type, NumberOf(scope));
    }

    private CanonOptions Options(ref WasmReader section, Scope scope)
    {
        var encoding = StringEncoding.Utf8;
        CoreItem? memory = null;
        CoreItem? realloc = null;
        CoreEntity? postReturn = null;
        var count = section.Count(20, "canonical options");
        for (var i = 0; i < count; i++)
        {
            Spend();
            var option = section.U8();
            switch (option)
            {
                case 0x00 or 0x01 or 0x02:
                    encoding = (StringEncoding)option;
                    break;
                case 0x03:
                    memory = At(ref section, scope.Core[(int)CoreKind.Memory], "core memory").Item;
                    break;
                case 0x04:
                    realloc = GuestFunction(ref section, At(ref section, scope.Core[0], "core function"), s_realloc, "realloc");
                    break;
                case 0x05:
                    postReturn = At(ref section, scope.Core[0], "core function");
                    break;
                case 0x06 or 0x07:
                    throw section.Unsupported("an asynchronous lift or lower (WASI 0.3)");
                default:
                    throw section.Unsupported($"the canonical option 0x{option:x2}");
            }
        }

        return new CanonOptions(encoding, memory, realloc, postReturn);
    }

    private CoreEntity Lower(ref WasmReader section, ComponentFunction function, CanonOptions options) => function switch
    {
        ImportedFunction imported => Host(new HostImport(
            HostImportKind.Function,
            imported.Interface,
            imported.Version,
            imported.Name,
            imported.Type.Lowered,
            options.Encoding,
            options.Memory,
            options.Realloc)),
        LiftedFunction lifted => Host(new HostImport(
            HostImportKind.GuestCall,
            "",
            "",
            lifted.Core.Name,
            lifted.Type.Lowered,
            options.Encoding,
            options.Memory,
            options.Realloc,
            Call(ref section, lifted))),
        _ => throw section.Malformed("a lower of no function"),
    };

    private GuestCall Call(ref WasmReader section, LiftedFunction function) => new(
        function.Component,
        function.Core,
        function.Options.Encoding,
        function.Options.Memory,
        function.Options.Realloc,
        function.PostReturn,
        TypeIndex(function.Type.Parameters),
        function.Type.Result switch
        {
            null => -1,
            { HasBorrow: true } => throw section.Malformed("a result that is borrowed"),
            var result => TypeIndex(result),
        });

    private CoreEntity Drop(ResourceType resource)
    {
        var import = new HostImport(
            HostImportKind.ResourceDrop, resource.Interface, resource.Version, resource.Name, s_drop, StringEncoding.Utf8, null, null, null, resource.Definer is null ? -1 : ResourceIndex(resource));
        return Host(resource is { Definer: { } definer, Destructor: { } destructor }
            ? import with { Call = new GuestCall(NumberOf(definer), destructor, StringEncoding.Utf8, null, null, null, -1, -1) }
            : import);
    }

    private CoreEntity OwnResource(ref WasmReader section, Scope scope, ResourceType resource, HostImportKind kind) => resource.Definer == scope
        ? Host(new HostImport(kind, "", "", "", s_resource, StringEncoding.Utf8, null, null, null, ResourceIndex(resource)))
        : throw section.Malformed("resource.new or resource.rep of a resource that another component defines");

    private int TypeIndex(ValueType type)
    {
        if (_typeIndexes.TryGetValue(type, out var index))
        {
            return index;
        }

        if (type.Size > MaxValueSize)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"a function between components has a type of more than {MaxValueSize} bytes");
        }

        var plan = new PlanType(
            type.Kind,
            [.. type.Parts.Select(part => part is null ? -1 : TypeIndex(part))],
            type.Kind == ValueKind.Flags ? type.Names : type.Resource is { } resource ? ResourceIndex(resource) : 0);
        index = _types.Count;
        _types.Add(plan);
        _typeIndexes.Add(type, index);
        return index;
    }

    private int ResourceIndex(ResourceType resource)
    {
        if (!_resourceIndexes.TryGetValue(resource, out var index))
        {
            index = _resources.Count;
            _resources.Add(new PlanResource(resource.Interface, resource.Version, resource.Name, resource.Definer is { } definer ? NumberOf(definer) : -1));
            _resourceIndexes.Add(resource, index);
        }

        return index;
    }

    private int NumberOf(Scope scope)
    {
        if (scope.Number < 0)
        {
            scope.Number = _inherited.Count;
            _inherited.Add(scope.Inherits);
            if (_inherited.Count > MaxComponents)
            {
                throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"more than {MaxComponents} component instances");
            }
        }

        return scope.Number;
    }

    private CoreEntity Host(HostImport import)
    {
        if (!_hostIndexes.TryGetValue(import, out var index))
        {
            index = _hostImports.Count;
            _hostImports.Add(import);
            _hostIndexes.Add(import, index);
        }

        return new CoreEntity(CoreKind.Function, new HostFunctionItem(index), import.Signature, null);
    }
}
