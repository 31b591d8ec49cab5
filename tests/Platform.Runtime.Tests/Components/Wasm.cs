using System.Text;

namespace Platform.Runtime.Tests.Components;

/// <summary>Writes binaries byte by byte, so that a test can write wrong ones.</summary>
internal static class Wasm
{
    /// <summary>A component of sections.</summary>
    public static byte[] Component(params byte[][] sections) => [.. "\0asm\x0d\0\x01\0"u8, .. sections.SelectMany(section => section)];

    /// <summary>A core module of sections.</summary>
    public static byte[] Module(params byte[][] sections) => [.. "\0asm\x01\0\0\0"u8, .. sections.SelectMany(section => section)];

    /// <summary>A section with its length.</summary>
    public static byte[] Section(byte id, params byte[] content) => [id, .. U32((uint)content.Length), .. content];

    /// <summary>A section that is a vector of entries.</summary>
    public static byte[] Entries(byte id, params byte[][] entries) => Section(id, Vector(entries));

    /// <summary>A vector.</summary>
    public static byte[] Vector(params byte[][] entries) => [.. U32((uint)entries.Length), .. entries.SelectMany(entry => entry)];

    /// <summary>LEB128.</summary>
    public static byte[] U32(uint value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>A name.</summary>
    public static byte[] Name(string name) => [.. U32((uint)Encoding.UTF8.GetByteCount(name)), .. Encoding.UTF8.GetBytes(name)];

    /// <summary>A binary that must be refused; why.</summary>
    public static HandlerRefusedException Refused(byte[] wasm) =>
        Assert.Throws<HandlerRefusedException>(() => Platform.Runtime.Components.ComponentPlanner.Plan(wasm));
}
