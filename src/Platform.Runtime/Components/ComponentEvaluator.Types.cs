namespace Platform.Runtime.Components;

/// <content>Type definitions, and what an import of a type brings.</content>
internal sealed partial class ComponentEvaluator
{
    private static readonly CoreSignature s_destructor = new([CoreType.I32], []);
    private static readonly ValueType s_text = ValueType.Text();

    // By their codes, which count down from 0x7f in the order of the kinds.
    private static readonly ValueType[] s_scalars = [.. Enumerable.Range((int)ValueKind.Bool, (int)ValueKind.Char + 1).Select(static kind => ValueType.Scalar((ValueKind)kind))];

    private ComponentType DefinedType(ref WasmReader section, Scope scope)
    {
        switch (section.Peek)
        {
            case 0x3f:
                section.U8();
                if (section.U8() != 0x7f)
                {
                    throw section.Unsupported("a resource with another representation than i32");
                }

                var destructor = section.U8() == 1 ? GuestFunction(ref section, At(ref section, scope.Core[0], "core function"), s_destructor, "destructor") : null;
                return new ResourceType("", "", "") { Definer = scope, Destructor = destructor };
            case 0x40:
                section.U8();
                return Function(ref section, scope);
            case 0x41 or 0x42:
                var isInstance = section.U8() == 0x42;
                var start = section.Offset;

                // Read once here to check it and to find its end.
                Declarations(ref section, new Scope(scope), "", "");
                return new DeclaredType(isInstance, start, scope);
            case 0x43:
                throw section.Unsupported("an async function type");
            default:
                return Value(ref section, scope);
        }
    }

    private FunctionType Function(ref WasmReader section, Scope scope)
    {
        var parameters = Labeled(ref section, scope);
        if (section.U8() == 0x00)
        {
            return new FunctionType(parameters, ValueReference(ref section, scope));
        }

        return section.U8() == 0 ? new FunctionType(parameters, null) : throw section.Unsupported("a function type with named results");
    }

    private ValueType[] Labeled(ref WasmReader section, Scope scope)
    {
        var fields = new ValueType[section.Count(10_000, "fields")];
        for (var i = 0; i < fields.Length; i++)
        {
            Spend();
            section.Name();
            fields[i] = ValueReference(ref section, scope);
        }

        return fields;
    }

    // valtype: a type index, or a primitive's one-byte code (a negative s33).
    private static ValueType ValueReference(ref WasmReader section, Scope scope)
    {
        if (section.Peek is >= 0x64 and <= 0x7f)
        {
            return Primitive(ref section);
        }

        var index = section.Signed(33);
        return index >= 0 && index < scope.Types.Count && scope.Types[(int)index] is ValueType type
            ? type
            : throw section.Malformed($"type {index} is no value type");
    }

    private static ValueType Primitive(ref WasmReader section)
    {
        var code = section.U8();
        return code switch
        {
            >= 0x74 and <= 0x7f => s_scalars[0x7f - code],
            0x73 => s_text,
            0x64 => throw section.Unsupported("the type error-context (asynchronous components)"),
            _ => throw section.Malformed($"unknown type 0x{code:x2}"),
        };
    }

    private ValueType Value(ref WasmReader section, Scope scope)
    {
        switch (section.Peek)
        {
            case >= 0x73 and <= 0x7f:
            case 0x64:
                return Primitive(ref section);
        }

        var code = section.U8();
        switch (code)
        {
            case 0x72:
                return NotEmpty(ref section, ValueType.Record(Labeled(ref section, scope)));
            case 0x71:
                return Variant(ref section, scope);
            case 0x70:
                return ValueType.List(ValueReference(ref section, scope));
            case 0x6f:
                var parts = new ValueType[section.Count(10_000, "parts of a tuple")];
                for (var i = 0; i < parts.Length; i++)
                {
                    Spend();
                    parts[i] = ValueReference(ref section, scope);
                }

                return NotEmpty(ref section, ValueType.Record(parts));
            case 0x6e or 0x6d:
                var names = section.Count(10_000, "names");
                for (var i = 0; i < names; i++)
                {
                    Spend();
                    section.Name();
                }

                return code == 0x6e && names > 32
                    ? throw section.Unsupported("flags with more than 32 names")
                    : names == 0 ? throw section.Malformed("an enum or flags without names")
                    : code == 0x6e ? ValueType.Flags(names)
                    : ValueType.Variant(new ValueType?[names]);
            case 0x6b:
                return ValueType.Variant([null, ValueReference(ref section, scope)]);
            case 0x6a:
                return ValueType.Variant([Optional(ref section, scope), Optional(ref section, scope)]);
            case 0x69 or 0x68:
                var index = section.U32();
                return index < (uint)scope.Types.Count && scope.Types[(int)index] is ResourceType resource
                    ? ValueType.Handle(code == 0x69 ? ValueKind.Own : ValueKind.Borrow, resource)
                    : throw section.Malformed($"type {index} is no resource");
            case 0x67:
                throw section.Unsupported("a list of fixed length");
            case 0x66 or 0x65:
                throw section.Unsupported("the types stream and future (asynchronous components, WASI 0.3)");
            default:
                throw section.Malformed($"unknown type 0x{code:x2}");
        }
    }

    private static ValueType NotEmpty(ref WasmReader section, ValueType record) =>
        record.Parts.Count > 0 ? record : throw section.Malformed("a record or tuple without fields");

    private ValueType Variant(ref WasmReader section, Scope scope)
    {
        var cases = new ValueType?[section.Count(10_000, "cases")];
        if (cases.Length == 0)
        {
            throw section.Malformed("a variant without cases");
        }

        for (var i = 0; i < cases.Length; i++)
        {
            Spend();
            section.Name();
            cases[i] = Optional(ref section, scope);
            if (section.U8() != 0)
            {
                throw section.Malformed("a case that refines another");
            }
        }

        return ValueType.Variant(cases);
    }

    private static ValueType? Optional(ref WasmReader section, Scope scope) => section.U8() switch
    {
        0 => null,
        1 => ValueReference(ref section, scope),
        _ => throw section.Malformed("neither there nor not there"),
    };

    // The declarations of a component or instance type. With an interface name, the exports of an instance of that type are what the platform provides.
    private Dictionary<string, object> Declarations(ref WasmReader section, Scope scope, string @interface, string version)
    {
        _budget.Enter();
        var start = section.Position;
        var exports = new Dictionary<string, object>(StringComparer.Ordinal);
        var count = section.Count(PartsBudget.MaxItems, "declarations");
        for (var i = 0; i < count; i++)
        {
            Spend();
            switch (section.U8())
            {
                case 0x00:
                    CoreTypeEntry(ref section, scope);
                    break;
                case 0x01:
                    scope.Types.Add(DefinedType(ref section, scope));
                    break;
                case 0x02:
                    AliasEntry(ref section, scope);
                    break;
                case 0x03:
                    Describe(ref section, scope, ExternName(ref section), "", "");
                    break;
                case 0x04:
                    var name = ExternName(ref section);
                    exports[name] = Describe(ref section, scope, name, @interface, version);
                    break;
                default:
                    throw section.Malformed("unknown declaration");
            }
        }

        _budget.Read(section.Position - start);
        _budget.Leave();
        return exports;
    }

    // An externdesc: adds what it describes to the index spaces, as something the platform provides under a name of an interface.
    private object Describe(ref WasmReader section, Scope scope, string name, string @interface, string version)
    {
        switch (section.U8())
        {
            case 0x00:
                section.U8();
                section.U32();
                throw section.Unsupported($"importing the core module {name}");
            case 0x01:
                var type = At(ref section, scope.Types, "type") as FunctionType ?? throw section.Malformed($"{name} is no function type");
                var function = new ImportedFunction(@interface, version, name, type);
                scope.Functions.Add(function);
                return function;
            case 0x02:
                throw section.Unsupported("the value definitions proposal");
            case 0x03:
                var bound = section.U8() switch
                {
                    0 => At(ref section, scope.Types, "type"),
                    1 => new ResourceType(@interface, version, name),
                    _ => throw section.Malformed("unknown type bound"),
                };
                scope.Types.Add(bound);
                return bound;
            case 0x04:
                At(ref section, scope.Types, "type");
                scope.Components.Add(new ComponentDefinition(0, 0, scope));
                return scope.Components[^1];
            case 0x05:
                var declared = At(ref section, scope.Types, "type") as DeclaredType;
                if (declared is not { IsInstance: true })
                {
                    throw section.Malformed($"{name} is no instance type");
                }

                var (instanceName, instanceVersion) = InterfaceName.Split(name);
                var inner = ReaderAt(declared.Start, wasm.Length - declared.Start);
                var instance = new ComponentInstance(Declarations(ref inner, new Scope(declared.Scope), instanceName, instanceVersion));
                scope.Instances.Add(instance);
                return instance;
            default:
                throw section.Malformed("unknown description of an import or export");
        }
    }

    // Core types are needed only by imports of core modules, which are refused.
    private static void CoreTypeEntry(ref WasmReader section, Scope scope)
    {
        scope.CoreTypes++;
        throw section.Unsupported("a core type section");
    }

    // nameattributes. The name alone identifies an import or export; attributes only say more about it.
    private static string ExternName(ref WasmReader section)
    {
        var form = section.U8();
        if (form > 0x02)
        {
            throw section.Malformed("unknown form of name");
        }

        var name = section.Name();
        var attributes = form == 0x02 ? section.Count(3, "attributes of a name") : 0;
        for (var i = 0; i < attributes; i++)
        {
            switch (section.U8())
            {
                case 0x00:
                    throw section.Unsupported($"{name}, an import or export that implements the interface {section.Name()} under another name");
                case 0x01 or 0x02:
                    section.Name();
                    break;
                default:
                    throw section.Malformed("unknown attribute of a name");
            }
        }

        return name;
    }
}
