namespace Platform.Runtime.Components;

/// <content>Canonical functions: lift, lower and the resource built-ins.</content>
internal sealed partial class ComponentEvaluator
{
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
                scope.Functions.Add(new LiftedFunction(core, liftOptions, type));
                return;
            case 0x01:
                RequireFunctionSort(ref section);
                var function = At(ref section, scope.Functions, "function");
                var lowerOptions = Options(ref section, scope);
                scope.Core[0].Add(Lower(ref section, function, lowerOptions));
                return;
            case 0x03:
                var resource = At(ref section, scope.Types, "type") as ResourceType;
                if (resource is not { Interface.Length: > 0 })
                {
                    throw section.Unsupported("dropping a resource that the component defines itself");
                }

                scope.Core[0].Add(Host(new HostImport(
                    HostImportKind.ResourceDrop,
                    resource.Interface,
                    resource.Version,
                    resource.Name,
                    new CoreSignature([CoreType.I32], []),
                    StringEncoding.Utf8,
                    null,
                    null)));
                return;
            case 0x02 or 0x04:
                throw section.Unsupported("a resource that the component defines itself (resource.new, resource.rep)");
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
    private static CoreItem Realloc(ref WasmReader section, Scope scope)
    {
        var core = At(ref section, scope.Core[0], "core function");
        return s_realloc.Equals(core.Signature) ? core.Item : throw section.Malformed($"realloc has the type {core.Signature}, not {s_realloc}");
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
                    realloc = Realloc(ref section, scope);
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

        return encoding == StringEncoding.Utf8
            ? new CanonOptions(encoding, memory, realloc, postReturn)
            : throw section.Unsupported($"strings encoded as {encoding}");
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
        _ => throw section.Unsupported("a call from one component to another inside the upload (a composed component)"),
    };

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
