namespace Platform.Runtime.Components;

/// <content>Types, and the expressions that stand beside them.</content>
internal ref partial struct CoreModuleParser
{
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

    private CoreItemType TableType(ref WasmReader section)
    {
        var element = section.U8();
        if (element is not (0x70 or 0x6f))
        {
            throw section.Unsupported("the GC proposal (a table of other references)");
        }

        var flags = section.U8();
        if (flags > 1)
        {
            throw section.Unsupported(flags >= 4 ? "the memory64 proposal (a 64-bit table)" : "the threads proposal (a shared table)");
        }

        var minimum = section.U32();
        uint? maximum = flags == 1 ? section.U32() : null;
        if (_info.Tables.Count == MaxTables)
        {
            throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"more than {MaxTables} tables");
        }

        if (minimum > _limits.TableElements)
        {
            throw new HandlerRefusedException(
                HandlerRefusal.TooLarge, $"a table of {minimum} elements; at most {_limits.TableElements} are allowed");
        }

        return new CoreItemType(CoreKind.Table, element, false, minimum, maximum);
    }

    private CoreItemType MemoryType(ref WasmReader section)
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
        uint? maximum = flags == 1 ? section.U32() : null;
        if (_info.Memories.Count == 1)
        {
            throw section.Unsupported("the multi-memory proposal (a module with several memories)");
        }

        if ((long)minimum << 16 > _limits.MemoryBytes)
        {
            throw new HandlerRefusedException(
                HandlerRefusal.TooLarge, $"a memory that starts at {(long)minimum << 16} bytes; at most {_limits.MemoryBytes} are allowed");
        }

        return new CoreItemType(CoreKind.Memory, 0, false, minimum, maximum);
    }

    private static CoreItemType GlobalType(ref WasmReader section)
    {
        var value = section.U8();
        if (value is not (>= 0x7b and <= 0x7f or 0x70 or 0x6f))
        {
            throw section.Unsupported($"a global of the type 0x{value:x2} (GC or typed function references)");
        }

        var flags = section.U8();
        return flags <= 1
            ? new CoreItemType(CoreKind.Global, value, flags == 1, 0, null)
            : throw section.Unsupported("the threads proposal (a shared global)");
    }

    // Only to find its end; the compiler's validator judges it.
    private static void SkipConstantExpression(ref WasmReader section)
    {
        while (true)
        {
            var code = section.U8();
            switch (code)
            {
                case 0x0b:
                    return;
                case 0x23 or 0xd2:
                    section.U32();
                    break;
                case 0x41:
                    section.Signed(32);
                    break;
                case 0x42:
                    section.Signed(64);
                    break;
                case 0x43:
                    section.Bytes(4);
                    break;
                case 0x44:
                    section.Bytes(8);
                    break;
                case 0x6a or 0x6b or 0x6c or 0x7c or 0x7d or 0x7e:
                    break;
                case 0xd0:
                    section.Signed(33);
                    break;
                case 0xfd when section.U32() == 12:
                    section.Bytes(16);
                    break;
                default:
                    throw section.Unsupported($"the instruction 0x{code:x2} in a constant expression");
            }
        }
    }
}
