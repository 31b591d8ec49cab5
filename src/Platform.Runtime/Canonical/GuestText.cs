using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Canonical;

/// <summary>Strings in a guest's memory, in the three encodings of the Canonical ABI ("Loading", <c>load_string</c>; "Storing", <c>store_string</c>).</summary>
internal static class GuestText
{
    /// <summary><c>UTF16_TAG</c>: in the length of a string of the encoding latin1+utf16, says that it is UTF-16.</summary>
    public const uint Utf16Tag = 1u << 31;

    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Alignment of strings, bytes.</summary>
    public static uint Alignment(StringEncoding encoding) => encoding == StringEncoding.Utf8 ? 1u : 2u;

    /// <summary>The form of a string with a length in code units, and its length in bytes.</summary>
    public static (TextForm Form, ulong Bytes) Form(StringEncoding encoding, uint length) => encoding switch
    {
        StringEncoding.Utf8 => (TextForm.Utf8, length),
        StringEncoding.Utf16 => (TextForm.Utf16, (ulong)length * 2),
        _ => (length & Utf16Tag) == 0 ? (TextForm.Latin1, length) : (TextForm.Utf16, (ulong)(length & ~Utf16Tag) * 2),
    };

    /// <summary>A string's bytes.</summary>
    /// <exception cref="GuestTrapException">Out of bounds or misaligned.</exception>
    public static Span<byte> Slice(GuestMemory memory, TextForm form, uint pointer, ulong bytes)
    {
        if (form != TextForm.Utf8 && (pointer & 1) != 0)
        {
            throw new GuestTrapException($"string pointer 0x{pointer:x} is not aligned to 2");
        }

        return memory.Slice(pointer, (uint)Math.Min(bytes, uint.MaxValue));
    }

    /// <summary>A string of the host, as the guest wants it; its length in code units, with the tag.</summary>
    public static byte[] Encode(StringEncoding encoding, string text, out uint length)
    {
        switch (encoding)
        {
            case StringEncoding.Utf8:
                var utf8 = Encoding.UTF8.GetBytes(text);
                length = (uint)utf8.Length;
                return utf8;
            case StringEncoding.Latin1OrUtf16 when IsLatin1(text):
                length = (uint)text.Length;
                return Encoding.Latin1.GetBytes(text);
            default:
                length = (uint)text.Length | (encoding == StringEncoding.Utf16 ? 0 : Utf16Tag);
                return Encoding.Unicode.GetBytes(text);
        }
    }

    /// <summary>A string of the guest.</summary>
    /// <exception cref="GuestTrapException">Not what its form allows.</exception>
    public static string Decode(TextForm form, ReadOnlySpan<byte> bytes)
    {
        switch (form)
        {
            case TextForm.Latin1:
                return Encoding.Latin1.GetString(bytes);
            case TextForm.Utf16:
                Check(form, bytes);
                return new string(MemoryMarshal.Cast<byte, char>(bytes));
            default:
                try
                {
                    return s_utf8.GetString(bytes);
                }
                catch (DecoderFallbackException)
                {
                    throw Invalid(form);
                }
        }
    }

    /// <summary>Checks a string.</summary>
    /// <exception cref="GuestTrapException">Not what its form allows.</exception>
    public static void Check(TextForm form, ReadOnlySpan<byte> bytes)
    {
        var isValid = form switch
        {
            TextForm.Latin1 => true,
            TextForm.Utf16 => IsUtf16(MemoryMarshal.Cast<byte, char>(bytes)),
            _ => Utf8.IsValid(bytes),
        };
        if (!isValid)
        {
            throw Invalid(form);
        }
    }

    /// <summary>Whether Latin-1 has every character of a checked string.</summary>
    public static bool IsLatin1(TextForm form, ReadOnlySpan<byte> bytes) => form switch
    {
        TextForm.Latin1 => true,
        TextForm.Utf16 => IsLatin1(MemoryMarshal.Cast<byte, char>(bytes)),

        // U+0100 and above begin with c4 or more.
        _ => !bytes.ContainsAnyInRange((byte)0xc4, (byte)0xff),
    };

    /// <summary>Bytes that a checked string has in another form.</summary>
    public static ulong CountIn(TextForm to, TextForm from, ReadOnlySpan<byte> bytes)
    {
        if (to == from)
        {
            return (ulong)bytes.Length;
        }

        if (to == TextForm.Utf8)
        {
            // Of Latin-1, what isn't ASCII has two bytes.
            return from == TextForm.Utf16 ? (ulong)s_utf8.GetByteCount(MemoryMarshal.Cast<byte, char>(bytes)) : (ulong)bytes.Length + (ulong)NotAscii(bytes);
        }

        var characters = from switch
        {
            TextForm.Utf8 => (ulong)s_utf8.GetCharCount(bytes),
            TextForm.Utf16 => (ulong)bytes.Length / 2,
            _ => (ulong)bytes.Length,
        };
        return to == TextForm.Utf16 ? characters * 2 : characters;
    }

    /// <summary>Writes a checked string in another form.</summary>
    public static void Convert(TextForm from, ReadOnlySpan<byte> source, TextForm to, Span<byte> target)
    {
        Span<char> buffer = stackalloc char[512];
        while (!source.IsEmpty)
        {
            int read;
            int written;
            switch (from)
            {
                case TextForm.Utf8:
                    Utf8.ToUtf16(source, buffer, out read, out written, replaceInvalidSequences: false);
                    break;
                case TextForm.Latin1:
                    read = Math.Min(source.Length, buffer.Length);
                    written = Encoding.Latin1.GetChars(source[..read], buffer);
                    break;
                default:
                    var characters = MemoryMarshal.Cast<byte, char>(source);
                    written = Math.Min(characters.Length, buffer.Length);
                    if (char.IsHighSurrogate(characters[written - 1]))
                    {
                        written--;
                    }

                    characters[..written].CopyTo(buffer);
                    read = written * 2;
                    break;
            }

            source = source[read..];
            var encoding = to switch
            {
                TextForm.Utf8 => s_utf8,
                TextForm.Latin1 => Encoding.Latin1,
                _ => Encoding.Unicode,
            };
            target = target[encoding.GetBytes(buffer[..written], target)..];
        }
    }

    private static bool IsUtf16(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\ud800', '\udfff') is var at and >= 0)
        {
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }

            text = text[(at + 2)..];
        }

        return true;
    }

    private static bool IsLatin1(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\u00ff');

    private static int NotAscii(ReadOnlySpan<byte> latin1)
    {
        var count = 0;
        foreach (var value in latin1)
        {
            count += value >> 7;
        }

        return count;
    }

    private static GuestTrapException Invalid(TextForm form) => new($"string is not {(form == TextForm.Utf8 ? "UTF-8" : "UTF-16")}");
}
