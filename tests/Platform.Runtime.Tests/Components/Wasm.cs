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

    /// <summary>A component whose handler is the export <c>handle</c> of a module that imports nothing; its lift has the options given.</summary>
    public static byte[] Handler(byte[] module, params byte[][] liftOptions) => Component(
        Entries(7, [0x40, 2, .. Name("a"), 0x79, .. Name("b"), 0x79, 1, 0]),
        Section(1, module),
        Entries(2, [0, 0, 0]),
        Entries(6, [0, 0, 1, 0, .. Name("handle")], [0, 0, 1, 0, .. Name("post")]),
        Entries(8, [0, 0, 0, .. Vector(liftOptions), 0]),
        Entries(5, [1, 1, 0, .. Name("handle"), 1, 0]),
        Entries(11, [0, .. Name("wasi:http/incoming-handler@0.2.3"), 5, 0, 0]));

    /// <summary>A module that exports <c>handle</c>, which does nothing, and <c>post</c>, which traps; its type is the first (of handle) or the second (plain).</summary>
    public static byte[] HandlerModule(byte postType = 1, byte[]? extra = null) => Module(
        Entries(1, [0x60, 2, 0x7f, 0x7f, 0], [0x60, 0, 0]),
        Entries(3, [0], [postType]),
        Entries(7, [.. Name("handle"), 0, 0], [.. Name("post"), 0, 1]),
        Entries(10, [2, 0, 0x0b], [3, 0, 0x00, 0x0b]),
        extra ?? []);

    /// <summary>
    /// A component in which one module exports <c>x</c>, described by the sections given, and another imports it; it has no handler, so that it is refused for that
    /// when the two match.
    /// </summary>
    public static byte[] Given(byte kind, byte[] wanted, params byte[][] sections) => Component(
        Section(1, Module([.. sections, Entries(7, [.. Name("x"), kind, 0])])),
        Section(1, Module(Entries(2, [.. Name("m"), .. Name("x"), kind, .. wanted]))),
        Entries(2, [0, 0, 0], [0, 1, 1, .. Name("m"), 0x12, 0]));

    /// <summary>A component and its dependencies, each with the manifest's keys that it inherits.</summary>
    public static byte[] Composition(byte[] component, params (string Name, string Export, string[] Inherits, byte[] Component)[] dependencies) => Component(
        [
            Section(0, [.. Name("platform:composition"), .. Vector([.. dependencies.Select(static dependency => (byte[])
                [.. Name(dependency.Name), .. Name(dependency.Export), .. Vector([.. dependency.Inherits.Select(Name)])])])]),
            Section(4, component),
            .. dependencies.Select(static dependency => Section(4, dependency.Component)),
        ]);

    /// <summary>A binary that must be refused; why.</summary>
    public static HandlerRefusedException Refused(byte[] wasm) =>
        Assert.Throws<HandlerRefusedException>(() => Platform.Runtime.Components.ComponentPlanner.Plan(wasm));
}
