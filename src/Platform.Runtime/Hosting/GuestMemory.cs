using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Platform.Runtime.Hosting;

/// <summary>
/// A guest's linear memory at this moment. Every access is bounds-checked; pointers and lengths are unsigned 32-bit and their sum can't wrap. Stale after
/// anything that runs guest code (a realloc): get it again.
/// </summary>
internal readonly unsafe ref struct GuestMemory
{
    private readonly byte* _data;
    private readonly ulong _size;

    /// <summary>Wraps the engine's view of the memory.</summary>
    public GuestMemory(byte* data, nuint size)
    {
        _data = data;
        _size = size;
    }

    /// <summary>The bytes at a pointer.</summary>
    /// <exception cref="GuestTrapException">Out of bounds.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Slice(uint pointer, uint length)
    {
        if ((ulong)pointer + length > _size || length > int.MaxValue)
        {
            ThrowOutOfBounds(pointer, length);
        }

        return new Span<byte>(_data + pointer, (int)length);
    }

    /// <summary>An unsigned 8-bit value.</summary>
    public byte U8(uint pointer) => Slice(pointer, 1)[0];

    /// <summary>An unsigned 16-bit value, aligned.</summary>
    public ushort U16(uint pointer) => BinaryPrimitives.ReadUInt16LittleEndian(Aligned(pointer, 2));

    /// <summary>An unsigned 32-bit value, aligned.</summary>
    public uint U32(uint pointer) => BinaryPrimitives.ReadUInt32LittleEndian(Aligned(pointer, 4));

    /// <summary>An unsigned 64-bit value, aligned.</summary>
    public ulong U64(uint pointer) => BinaryPrimitives.ReadUInt64LittleEndian(Aligned(pointer, 8));

    /// <summary>Writes an 8-bit value.</summary>
    public void Set8(uint pointer, int value) => Slice(pointer, 1)[0] = (byte)value;

    /// <summary>Writes a 16-bit value, aligned.</summary>
    public void Set16(uint pointer, int value) => BinaryPrimitives.WriteUInt16LittleEndian(Aligned(pointer, 2), (ushort)value);

    /// <summary>Writes a 32-bit value, aligned.</summary>
    public void Set32(uint pointer, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Aligned(pointer, 4), value);

    /// <summary>Writes a 64-bit value, aligned.</summary>
    public void Set64(uint pointer, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Aligned(pointer, 8), value);

    private Span<byte> Aligned(uint pointer, uint size)
    {
        if ((pointer & (size - 1)) != 0)
        {
            throw new GuestTrapException($"pointer 0x{pointer:x} is not aligned to {size}");
        }

        return Slice(pointer, size);
    }

    private void ThrowOutOfBounds(uint pointer, uint length) =>
        throw new GuestTrapException($"{length} bytes at 0x{pointer:x} are outside the guest's memory of {_size} bytes");
}
