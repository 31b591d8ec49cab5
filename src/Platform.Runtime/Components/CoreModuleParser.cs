namespace Platform.Runtime.Components;

/// <summary>
/// Reads a core module's sections and refuses by name what isn't supported. Code is left to the compiler's validator: this only says what the
/// module wants and gives, in time linear in its size.
/// </summary>
internal ref struct CoreModuleParser
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
    private int _tables;
    private int _memories;

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
                _info.DefinedGlobals += section.Count(MaxFunctions, "globals");
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

    // The name section's subsection 0 is the module's name; a damaged one is not an error of the module.
    private readonly void Custom(ref WasmReader section)
    {
        if (section.Name() != "name" || section.AtEnd || section.U8() != 0)
        {
            return;
        }

        var subsection = section.Sub(section.U32());
        _info.Name = subsection.Name();
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

    private static CoreSignature? FunctionType(ref WasmReader section)
    {
        var parameters = ValueTypes(ref section);
        var results = ValueTypes(ref section);
        return parameters is null || results is null ? null : new CoreSignature(parameters, results);
    }

    private static CoreType[]? ValueTypes(ref WasmReader section)
    {
        var types = new CoreType[section.Count(1000, "values of a function type")];
        var plain = true;
        for (var i = 0; i < types.Length; i++)
        {
            var type = section.U8();
            switch (type)
            {
                case 0x7c or 0x7d or 0x7e or 0x7f:
                    types[i] = (CoreType)type;
                    break;
                case 0x7b or 0x70 or 0x6f:
                    plain = false;
                    break;
                default:
                    throw section.Unsupported($"the value type 0x{type:x2} (GC or typed function references)");
            }
        }

        return plain ? types : null;
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
            switch (kind)
            {
                case (byte)CoreKind.Function:
                    signature = TypeAt(ref section, section.U32());
                    _info.Functions.Add(signature);
                    _info.ImportedFunctions++;
                    break;
                case (byte)CoreKind.Table:
                    TableType(ref section);
                    break;
                case (byte)CoreKind.Memory:
                    MemoryType(ref section);
                    break;
                case (byte)CoreKind.Global:
                    section.U8();
                    section.U8();
                    break;
                case 4:
                    throw section.Unsupported($"the exception-handling proposal (the imported tag {module} {name})");
                default:
                    throw section.Malformed($"unknown import kind {kind}");
            }

            _info.Imports.Add(new CoreImport(module, name, (CoreKind)kind, signature));
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

            TableType(ref section);
            _info.DefinedTables++;
        }
    }

    private void TableType(ref WasmReader section)
    {
        if (section.U8() is not (0x70 or 0x6f))
        {
            throw section.Unsupported("the GC proposal (a table of other references)");
        }

        var flags = section.U8();
        if (flags > 1)
        {
            throw section.Unsupported(flags >= 4 ? "the memory64 proposal (a 64-bit table)" : "the threads proposal (a shared table)");
        }

        var minimum = section.U32();
        if (flags == 1)
        {
            section.U32();
        }

        if (++_tables > MaxTables)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"more than {MaxTables} tables");
        }

        if (minimum > _limits.TableElements)
        {
            throw new HandlerRefusedException(
                HandlerRefusal.TooLarge, $"a table of {minimum} elements; at most {_limits.TableElements} are allowed");
        }
    }

    private void Memories(ref WasmReader section)
    {
        var count = section.Count(100, "memories");
        for (var i = 0; i < count; i++)
        {
            MemoryType(ref section);
            _info.DefinedMemories++;
        }
    }

    private void MemoryType(ref WasmReader section)
    {
        var flags = section.U8();
        if ((flags & 2) != 0)
        {
            throw section.Unsupported("the threads proposal (a shared memory)");
        }

        if ((flags & 4) != 0)
        {
            throw section.Unsupported("the memory64 proposal (a 64-bit memory)");
        }

        if (flags > 1)
        {
            throw section.Unsupported("the custom-page-sizes proposal (a memory with pages of another size)");
        }

        var minimum = section.U32();
        if (flags == 1)
        {
            section.U32();
        }

        if (++_memories > 1)
        {
            throw section.Unsupported("the multi-memory proposal (a module with several memories)");
        }

        if ((long)minimum << 16 > _limits.MemoryBytes)
        {
            throw new HandlerRefusedException(
                HandlerRefusal.TooLarge, $"a memory that starts at {(long)minimum << 16} bytes; at most {_limits.MemoryBytes} are allowed");
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

            CoreSignature? signature = null;
            if (kind == 0)
            {
                signature = index < (uint)_info.Functions.Count
                    ? _info.Functions[(int)index]
                    : throw section.Malformed($"the export {name} names function {index}, which doesn't exist");
            }

            if (!_info.Exports.TryAdd(name, new CoreExport((CoreKind)kind, (int)index, signature)))
            {
                throw section.Malformed($"{name} is exported twice");
            }
        }
    }
}
