using System.Text;

namespace Platform.Runtime.Components;

/// <summary>
/// Reads the primitives of the wasm binary format from hostile bytes: bounds-checked, LEB128 in no more bytes than the value's width allows, UTF-8 validated.
/// Every failure is a <see cref="HandlerRefusedException"/> with the offset in the uploaded binary.
/// </summary>
internal ref struct WasmReader
{
    private const int MaxName = 100_000;

    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _base;

    /// <summary>Reads <paramref name="bytes"/>, which stand at <paramref name="offset"/> of the uploaded binary.</summary>
    public WasmReader(ReadOnlySpan<byte> bytes, int offset)
    {
        _bytes = bytes;
        _base = offset;
    }

    /// <summary>Position from the start of these bytes.</summary>
    public int Position { get; private set; }

    /// <summary>Offset in the uploaded binary.</summary>
    public readonly int Offset => _base + Position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => Position == _bytes.Length;

    /// <summary>The next byte without consuming it.</summary>
    public readonly byte Peek => Position < _bytes.Length ? _bytes[Position] : throw Malformed("unexpected end");

    /// <summary>A refusal that names the offset.</summary>
    public readonly HandlerRefusedException Malformed(string what) =>
        new(HandlerRefusal.Malformed, $"malformed binary at offset 0x{Offset:x}: {what}");

    /// <summary>A refusal of a construct that isn't supported.</summary>
    public readonly HandlerRefusedException Unsupported(string what) =>
        new(HandlerRefusal.Unsupported, $"{what} (at offset 0x{Offset:x}) isn't supported");

    /// <summary>One byte.</summary>
    public byte U8()
    {
        var value = Peek;
        Position++;
        return value;
    }

    /// <summary>An unsigned LEB128 of 32 bits.</summary>
    public uint U32()
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var octet = U8();
            if (shift == 28 && octet > 0x0f)
            {
                throw Malformed("a 32-bit integer is too long or too large");
            }

            value |= (uint)(octet & 0x7f) << shift;
            if (octet < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>Consumes a signed LEB128 of at most <paramref name="bits"/> bits; its value, sign-extended.</summary>
    public long Signed(int bits)
    {
        long value = 0;
        var longest = (bits + 6) / 7;
        for (var count = 1; ; count++)
        {
            var octet = U8();
            var shift = (count - 1) * 7;
            value |= (long)(octet & 0x7f) << shift;
            if (octet < 0x80)
            {
                return shift + 7 < 64 && (octet & 0x40) != 0 ? value | (-1L << (shift + 7)) : value;
            }

            if (count == longest)
            {
                throw Malformed($"a {bits}-bit integer is too long");
            }
        }
    }

    /// <summary>A vector's length, held against a cap and against what is left (an element takes a byte at least).</summary>
    public int Count(int cap, string what)
    {
        var count = U32();
        if (count > (uint)(_bytes.Length - Position))
        {
            throw Malformed($"{count} {what} in {_bytes.Length - Position} bytes");
        }

        return count <= cap ? (int)count : throw new HandlerRefusedException(HandlerRefusal.TooLarge, $"{count} {what}; at most {cap} are allowed");
    }

    /// <summary>Bytes of a length.</summary>
    public ReadOnlySpan<byte> Bytes(uint length)
    {
        if (length > (uint)(_bytes.Length - Position))
        {
            throw Malformed($"{length} bytes wanted, {_bytes.Length - Position} left");
        }

        var bytes = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    /// <summary>A length-prefixed UTF-8 name.</summary>
    public string Name()
    {
        var length = U32();
        if (length > MaxName)
        {
            throw Malformed($"a name of {length} bytes");
        }

        try
        {
            return s_utf8.GetString(Bytes(length));
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("a name is not UTF-8");
        }
    }

    /// <summary>A reader of the next <paramref name="length"/> bytes, which are consumed here.</summary>
    public WasmReader Sub(uint length)
    {
        var offset = Offset;
        return new WasmReader(Bytes(length), offset);
    }
}
