namespace Platform.Runtime.Components;

/// <summary>
/// Reads a core module's sections and refuses by name what isn't supported. Code is left to the compiler's validator: this only says what the
/// module wants and gives, in time linear in its size.
/// </summary>
internal ref partial struct CoreModuleParser
{
    // Caps far above what toolchains emit (StarlingMonkey: 15,000 functions) and low enough that no list here outgrows the module itself.
    private const int MaxTypes = 100_000;
    private const int MaxFunctions = 100_000;
    private const int MaxImports = 2_000;
    private const int MaxExports = 100_000;
    private const int MaxSegments = 100_000;
    private const int MaxTables = 4;

    private readonly ReadOnlyMemory<byte> _wasm;
    private readonly int _offset;
    private readonly PlanLimits _limits;
    private readonly PartsBudget _budget;
    private readonly CoreModuleInfo _info = new();

    private CoreModuleParser(ReadOnlyMemory<byte> wasm, int offset, PlanLimits limits, PartsBudget budget)
    {
        _wasm = wasm;
        _offset = offset;
        _limits = limits;
        _budget = budget;
    }

    /// <summary>Reads the module that stands at <paramref name="offset"/> of the uploaded binary.</summary>
    /// <exception cref="HandlerRefusedException">Malformed, unsupported, or over a cap.</exception>
    public static CoreModuleInfo Parse(ReadOnlyMemory<byte> wasm, int offset, PlanLimits limits, PartsBudget budget)
    {
        var parser = new CoreModuleParser(wasm, offset, limits, budget);
        parser.Run();
        return parser._info;
    }

    private void Run()
    {
        var reader = new WasmReader(_wasm.Span, _offset);
        if (!reader.Bytes(8).SequenceEqual("\0asm\x01\0\0\0"u8))
        {
            throw reader.Malformed("not a core module of version 1");
        }

        while (!reader.AtEnd)
        {
            var id = reader.U8();
            var length = reader.U32();
            var start = reader.Position;
            var section = reader.Sub(length);
            Section(id, ref section, _wasm.Slice(start, (int)length));
        }
    }

    private void Section(byte id, ref WasmReader section, ReadOnlyMemory<byte> content)
    {
        switch (id)
        {
            case 0:
                Custom(ref section);
                return;
            case 1:
                Types(ref section);
                return;
            case 2:
                Imports(ref section);
                return;
            case 3:
                Functions(ref section);
                return;
            case 4:
                Tables(ref section);
                return;
            case 5:
                Memories(ref section);
                return;
            case 6:
                Globals(ref section);
                return;
            case 7:
                Exports(ref section);
                return;
            case 8:
                _info.Start = (int)section.U32();
                return;
            case 9:
                _info.Elements = content;
                section.Count(MaxSegments, "element segments");
                return;
            case 10:
                _info.Code = content;
                section.Count(MaxFunctions, "function bodies");
                return;
            case 11:
                _info.HasData = true;
                section.Count(MaxSegments, "data segments");
                return;
            case 12:
                return;
            case 13:
                throw section.Unsupported("the exception-handling proposal (a tag section)");
            default:
                throw section.Malformed($"unknown section {id}");
        }
    }

    // Custom sections mean nothing to a module's meaning (core specification): a damaged name is no name.
    private readonly void Custom(ref WasmReader section)
    {
        if (section.Name() != "name")
        {
            return;
        }

        try
        {
            if (section.U8() == 0)
            {
                var subsection = section.Sub(section.U32());
                _info.Name = subsection.Name();
            }
        }
        catch (HandlerRefusedException)
        {
            _info.Name = "";
        }
    }

    private readonly void Types(ref WasmReader section)
    {
        var count = section.Count(MaxTypes, "types");
        _budget.CoreParts(count);
        for (var i = 0; i < count; i++)
        {
            var form = section.U8();
            _info.Types.Add(form == 0x60 ? FunctionType(ref section) : throw section.Unsupported("the GC proposal (a type that is no plain function)"));
        }
    }

    private void Imports(ref WasmReader section)
    {
        var count = section.Count(MaxImports, "imports");
        _budget.CoreParts(count);
        for (var i = 0; i < count; i++)
        {
            var module = section.Name();
            var name = section.Name();
            var kind = section.U8();
            CoreSignature? signature = null;
            CoreItemType? type = null;
            switch (kind)
            {
                case (byte)CoreKind.Function:
                    signature = TypeAt(ref section, section.U32());
                    _info.Functions.Add(signature);
                    _info.ImportedFunctions++;
                    break;
                case (byte)CoreKind.Table:
                    type = TableType(ref section);
                    _info.Tables.Add(type);
                    break;
                case (byte)CoreKind.Memory:
                    type = MemoryType(ref section);
                    _info.Memories.Add(type);
                    break;
                case (byte)CoreKind.Global:
                    type = GlobalType(ref section);
                    _info.Globals.Add(type);
                    break;
                case 4:
                    throw section.Unsupported($"the exception-handling proposal (the imported tag {module} {name})");
                default:
                    throw section.Malformed($"unknown import kind {kind}");
            }

            _info.Imports.Add(new CoreImport(module, name, (CoreKind)kind, signature, type));
        }
    }

    private readonly CoreSignature? TypeAt(ref WasmReader section, uint index) =>
        index < (uint)_info.Types.Count ? _info.Types[(int)index] : throw section.Malformed($"there is no type {index}");

    private readonly void Functions(ref WasmReader section)
    {
        var count = section.Count(MaxFunctions, "functions");
        _budget.CoreParts(count);
        for (var i = 0; i < count; i++)
        {
            _info.Functions.Add(TypeAt(ref section, section.U32()));
        }
    }

    private void Tables(ref WasmReader section)
    {
        var count = section.Count(MaxTables, "tables");
        for (var i = 0; i < count; i++)
        {
            if (section.Peek == 0x40)
            {
                throw section.Unsupported("the typed-function-references proposal (a table with an initial value)");
            }

            _info.Tables.Add(TableType(ref section));
            _info.DefinedTables++;
        }
    }

    private void Memories(ref WasmReader section)
    {
        var count = section.Count(100, "memories");
        for (var i = 0; i < count; i++)
        {
            _info.Memories.Add(MemoryType(ref section));
            _info.DefinedMemories++;
        }
    }

    private readonly void Globals(ref WasmReader section)
    {
        var count = section.Count(MaxFunctions, "globals");
        _budget.CoreParts(count);
        for (var i = 0; i < count; i++)
        {
            _info.Globals.Add(GlobalType(ref section));
            SkipConstantExpression(ref section);
            _info.DefinedGlobals++;
        }
    }

    private readonly void Exports(ref WasmReader section)
    {
        var count = section.Count(MaxExports, "exports");
        _budget.CoreParts(count);
        for (var i = 0; i < count; i++)
        {
            var name = section.Name();
            var kind = section.U8();
            var index = section.U32();
            if (kind > 3)
            {
                throw section.Unsupported($"the exception-handling proposal (the exported tag {name})");
            }

            var space = kind switch
            {
                (byte)CoreKind.Table => _info.Tables,
                (byte)CoreKind.Memory => _info.Memories,
                _ => _info.Globals,
            };
            var there = kind == (byte)CoreKind.Function ? _info.Functions.Count : space.Count;
            if (index >= (uint)there)
            {
                throw section.Malformed($"the export {name} names the {(CoreKind)kind} {index}, which doesn't exist");
            }

            var export = kind == (byte)CoreKind.Function
                ? new CoreExport(CoreKind.Function, (int)index, _info.Functions[(int)index], null)
                : new CoreExport((CoreKind)kind, (int)index, null, space[(int)index]);
            if (!_info.Exports.TryAdd(name, export))
            {
                throw section.Malformed($"{name} is exported twice");
            }
        }
    }
}
