using System.Buffers.Binary;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using ValueType = Platform.Runtime.Components.ValueType;

namespace Platform.Runtime.Canonical;

/// <summary>
/// Copies values from one component to another: checked and made canonical on the way, without a copy in between. Whatever is read is read once, whatever is
/// copied costs fuel, and memory is only what the target allocates of its own.
/// </summary>
internal unsafe ref struct Transfer(
    RequestContext context,
    ResourceKind[] resources,
    CallFrame frame,
    Lowering from,
    HandleTable fromHandles,
    Lowering to,
    HandleTable toHandles,
    int toComponent)
{
    // A value is about ten nanoseconds' work; fuel is about one.
    private const int ValueFuel = 8;
    private const int FuelAtOnce = 1 << 14;
    private const int FuelUntilYield = 1 << 21;

    private GuestMemory _source;
    private GuestMemory _target;
    private bool _hasMemories;
    private int _fuel;
    private int _untilYield;

    /// <summary>Charges the rest.</summary>
    public void Finish()
    {
        context.ChargeFuel(_fuel);
        _fuel = 0;
    }

    /// <summary>Copies parameters that are too many to be passed flat into memory that the target allocates; the pointer.</summary>
    public uint Spilled(ValueType type, uint source)
    {
        var target = Allocate(type.Size, type.Alignment);
        Memory(type, source, target);
        return target;
    }

    /// <summary>Copies a value between flat arguments; both sides flatten alike.</summary>
    public void Flat(ValueType type, ValRaw* source, ValRaw* target)
    {
        Spend(ValueFuel);
        switch (type.Kind)
        {
            case ValueKind.Record:
                var at = 0;
                foreach (var part in type.Parts)
                {
                    Flat(part!, source + at, target + at);
                    at += part!.Flat.Count;
                }

                break;
            case ValueKind.Variant:
                var number = Discriminant(type, source->U32);
                new Span<ValRaw>(target, type.Flat.Count).Clear();
                target->U64 = number;
                if (type.Parts[(int)number] is { } payload)
                {
                    Flat(payload, source + 1, target + 1);
                }

                break;
            case ValueKind.Text:
                var (text, length) = Text(source[0].U32, source[1].U32);
                target[0].U64 = text;
                target[1].U64 = length;
                break;
            case ValueKind.List:
                target[0].U64 = List(type.Parts[0]!, source[0].U32, source[1].U32);
                target[1].U64 = source[1].U32;
                break;
            case ValueKind.S64 or ValueKind.U64 or ValueKind.F64:
                target->U64 = source->U64;
                break;
            default:
                target->U64 = Word(type, source->U32);
                break;
        }
    }

    /// <summary>Copies a value between memories.</summary>
    public void Memory(ValueType type, uint source, uint target)
    {
        Remember();
        if (((source | target) & (type.Alignment - 1)) != 0)
        {
            throw new GuestTrapException($"pointer to a value is not aligned to {type.Alignment}");
        }

        _source.Slice(source, type.Size);
        _target.Slice(target, type.Size);
        Copy(type, source, target);
    }

    // Bounds and alignment of the whole were checked: parts can't be beyond.
    private void Copy(ValueType type, uint source, uint target)
    {
        if (type.IsPlain)
        {
            Spend(ValueFuel + (int)(type.Size >> 3));
            _source.Slice(source, type.Size).CopyTo(_target.Slice(target, type.Size));
            return;
        }

        Spend(ValueFuel);
        switch (type.Kind)
        {
            case ValueKind.Record:
                var at = 0u;
                foreach (var part in type.Parts)
                {
                    at = (uint)ValueType.Align(at, part!.Alignment);
                    Copy(part, source + at, target + at);
                    at += part.Size;
                }

                break;
            case ValueKind.Variant:
                var number = Discriminant(type, Load(source, type.HeadSize));
                Store(target, type.HeadSize, number);
                if (type.Parts[(int)number] is { } payload)
                {
                    Copy(payload, source + type.PayloadOffset, target + type.PayloadOffset);
                }

                break;
            case ValueKind.Text:
                var (text, length) = Text(_source.U32(source), _source.U32(source + 4));
                _target.Set32(target, text);
                _target.Set32(target + 4, length);
                break;
            case ValueKind.List:
                var count = _source.U32(source + 4);
                var list = List(type.Parts[0]!, _source.U32(source), count);
                _target.Set32(target, list);
                _target.Set32(target + 4, count);
                break;
            default:
                Store(target, type.Size, Word(type, Load(source, type.Size)));
                break;
        }
    }

    // A value of at most 32 bits, as it must look.
    private uint Word(ValueType type, uint value) => type.Kind switch
    {
        ValueKind.Bool => value != 0 ? 1u : 0u,
        ValueKind.S8 => (uint)(sbyte)value,
        ValueKind.U8 => (byte)value,
        ValueKind.S16 => (uint)(short)value,
        ValueKind.U16 => (ushort)value,
        ValueKind.Char => System.Text.Rune.IsValid(value) ? value : throw new GuestTrapException($"0x{value:x} is no character"),
        ValueKind.Flags => type.Names == 32 ? value : value & ((1u << type.Names) - 1),
        ValueKind.Own => toHandles.Add(fromHandles.Move(value, resources[type.ResourceIndex], frame)),
        ValueKind.Borrow => Borrow(resources[type.ResourceIndex], value),
        _ => value,
    };

    // The component that defines a resource gets its own number for it, not a handle (Canonical ABI, lower_borrow).
    private uint Borrow(ResourceKind kind, uint handle)
    {
        var resource = fromHandles.Lend(handle, kind, frame);
        return kind.Component == toComponent ? ((GuestResource)resource).Representation : toHandles.AddBorrowed(resource, frame);
    }

    private static uint Discriminant(ValueType type, uint value) =>
        value < (uint)type.Parts.Count ? value : throw new GuestTrapException($"{value} is no case of a variant that has {type.Parts.Count}");

    private uint List(ValueType element, uint pointer, uint count)
    {
        Remember();
        if ((pointer & (element.Alignment - 1)) != 0)
        {
            throw new GuestTrapException($"pointer to a list is not aligned to {element.Alignment}");
        }

        var size = (ulong)count * element.Size;
        var bytes = _source.Slice(pointer, (uint)Math.Min(size, uint.MaxValue));
        var target = Allocate((uint)size, element.Alignment);
        if (element.IsPlain)
        {
            Spend((int)(size >> 3));
            bytes.CopyTo(_target.Slice(target, (uint)size));
            return target;
        }

        for (var i = 0u; i < count; i++)
        {
            Copy(element, pointer + (i * element.Size), target + (i * element.Size));
        }

        return target;
    }

    private (uint Pointer, uint Length) Text(uint pointer, uint length)
    {
        Remember();
        var (form, size) = GuestText.Form(from.Encoding, length);
        var source = GuestText.Slice(_source, form, pointer, size);
        Spend((int)(size >> 3));
        GuestText.Check(form, source);
        var wanted = to.Encoding switch
        {
            StringEncoding.Utf8 => TextForm.Utf8,
            StringEncoding.Latin1OrUtf16 when GuestText.IsLatin1(form, source) => TextForm.Latin1,
            _ => TextForm.Utf16,
        };
        var bytes = GuestText.CountIn(wanted, form, source);
        if (bytes > int.MaxValue)
        {
            throw new GuestTrapException("string too long");
        }

        var target = Allocate((uint)bytes, GuestText.Alignment(to.Encoding));
        var there = _target.Slice(target, (uint)bytes);
        if (wanted == form)
        {
            source.CopyTo(there);
        }
        else
        {
            Spend((int)(bytes >> 3));
            GuestText.Convert(form, source, wanted, there);
        }

        var units = wanted == TextForm.Utf16 ? (uint)bytes / 2 : (uint)bytes;
        return (target, to.Encoding == StringEncoding.Latin1OrUtf16 && wanted == TextForm.Utf16 ? units | GuestText.Utf16Tag : units);
    }

    private uint Allocate(uint size, uint alignment)
    {
        var pointer = context.Allocate(to, size, alignment);
        Remember();
        _target = context.Memory(to);
        return pointer;
    }

    // What the target allocates may make its memory longer; nothing moves, and the source doesn't run.
    private void Remember()
    {
        if (!_hasMemories)
        {
            _source = context.Memory(from);
            _target = context.Memory(to);
            _hasMemories = true;
        }
    }

    private readonly uint Load(uint pointer, uint size) => size switch
    {
        1 => _source.U8(pointer),
        2 => _source.U16(pointer),
        _ => _source.U32(pointer),
    };

    private readonly void Store(uint pointer, uint size, uint value)
    {
        var bytes = _target.Slice(pointer, size);
        switch (size)
        {
            case 1:
                bytes[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
                break;
        }
    }

    private void Spend(int fuel)
    {
        _fuel += fuel;
        if (_fuel < FuelAtOnce)
        {
            return;
        }

        _untilYield += _fuel;
        Finish();
        if (_untilYield >= FuelUntilYield)
        {
            _untilYield = 0;
            context.OnEpoch();
        }
    }
}
