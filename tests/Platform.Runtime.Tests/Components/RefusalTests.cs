using static Platform.Runtime.Tests.Components.Wasm;

namespace Platform.Runtime.Tests.Components;

/// <summary>What is refused, and that the reason names it (attacks A7, A8, A32).</summary>
public sealed class RefusalTests
{
    public static TheoryData<string, byte[], HandlerRefusal, string> Cases => new()
    {
        { "empty", [], HandlerRefusal.Malformed, "00 61 73 6d" },
        { "text", [.. "(module)"u8], HandlerRefusal.Malformed, "WAT" },
        { "compiled artifact", [0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 0, 0, 0], HandlerRefusal.Malformed, "artifact" },
        { "other version", [.. "\0asm\x0c\0\x01\0"u8], HandlerRefusal.Unsupported, "0c000100" },
        { "empty component", Component(), HandlerRefusal.NoHandler, "wasi:http/incoming-handler" },
        { "empty module", Module(), HandlerRefusal.NoHandler, "_start" },
        { "section past the end", Component([7, 5, 0]), HandlerRefusal.Malformed, "offset 0x" },
        { "unknown section", Component(Section(13)), HandlerRefusal.Malformed, "section 13" },
        { "bytes left in a section", Component(Section(7, 0, 0)), HandlerRefusal.Malformed, "after the end" },
        { "start function", Component(Section(9, 0, 0, 0)), HandlerRefusal.Unsupported, "start function" },
        { "value definition", Component(Section(12, 0)), HandlerRefusal.Unsupported, "value" },
        { "core type section", Component(Entries(3, [0x50, 0])), HandlerRefusal.Unsupported, "core type" },
        { "async function type", Component(Entries(7, [0x43, 0, 1, 0])), HandlerRefusal.Unsupported, "async" },
        { "stream type", Component(Entries(7, [0x66, 0])), HandlerRefusal.Unsupported, "stream" },
        { "flags of 33", Component(Entries(7, [0x6e, .. Vector([.. Enumerable.Range(0, 33).Select(i => Name($"f{i}"))])])), HandlerRefusal.Unsupported, "32 names" },
        { "asynchronous builtin", Component(Entries(8, [0x0d])), HandlerRefusal.Unsupported, "0x0d" },
        { "asynchronous lowering", Component(Entries(7, [0x40, 0, 1, 0]), Entries(10, [0, .. Name("f"), 1, 0]), Entries(8, [1, 0, 0, .. Vector([0x06])])), HandlerRefusal.Unsupported, "asynchronous" },
        { "realloc of another type", Component(Entries(7, [0x40, 0, 1, 0]), Entries(10, [0, .. Name("f"), 1, 0]), Entries(8, [1, 0, 0, 0], [1, 0, 0, .. Vector([0x04, 0])])), HandlerRefusal.Malformed, "realloc" },
        { "imported core module", Component(Entries(10, [0, .. Name("m"), 0, 0x11, 0])), HandlerRefusal.Unsupported, "core module m" },
        { "name that implements", Component(Entries(10, [2, .. Name("f"), 1, 0, .. Name("a:b/c"), 1, 0])), HandlerRefusal.Unsupported, "a:b/c" },
        { "name of no UTF-8", Component(Entries(10, [0, 1, 0xff, 1, 0])), HandlerRefusal.Malformed, "UTF-8" },
        { "alias outside", Component(Entries(6, [3, 2, 1, 0])), HandlerRefusal.Malformed, "outside" },
        { "index from nowhere", Component(Entries(2, [0, 0, 0])), HandlerRefusal.Malformed, "core module 0" },
        { "handler of WASI 0.3", Component(Entries(5, [1, 0]), Entries(11, [0, .. Name("wasi:http/incoming-handler@0.3.0"), 5, 0, 0])), HandlerRefusal.Unsupported, "0.3.0" },
        { "handler that is an import", Component(Entries(7, [0x40, 2, .. Name("a"), 0x79, .. Name("b"), 0x79, 1, 0]), Entries(10, [0, .. Name("f"), 1, 0]), Entries(8, [1, 0, 0, 0], [0, 0, 0, 0, 0]), Entries(5, [1, 1, 0, .. Name("handle"), 1, 1]), Entries(11, [0, .. Name("wasi:http/incoming-handler@0.2.0"), 5, 0, 0])), HandlerRefusal.Unsupported, "imported function itself" },
        { "unmet core import", Component(Section(1, Module(Entries(1, [0x60, 0, 0]), Entries(2, [.. Name("env"), .. Name("gone"), 0, 0]))), Entries(2, [0, 0, 0])), HandlerRefusal.Malformed, "env gone" },
        { "memory that is too small", Given(2, [0, 2], Entries(5, [0, 1])), HandlerRefusal.UnknownImport, "Memory of at least 2 pages, but is given Memory of at least 1 pages" },
        { "memory without a maximum", Given(2, [1, 1, 2], Entries(5, [0, 1])), HandlerRefusal.UnknownImport, "Memory of 1 to 2 pages" },
        { "memory with a larger maximum", Given(2, [1, 1, 2], Entries(5, [1, 1, 3])), HandlerRefusal.UnknownImport, "given Memory of 1 to 3 pages" },
        { "table of other elements", Given(1, [0x6f, 0, 1], Entries(4, [0x70, 0, 1])), HandlerRefusal.UnknownImport, "externref, but is given Table of at least 1 funcref" },
        { "global that can't be set", Given(3, [0x7f, 1], Entries(6, [0x7f, 0, 0x41, 0, 0x0b])), HandlerRefusal.UnknownImport, "Global (mutable i32), but is given Global (i32)" },
        { "global of another type", Given(3, [0x7e, 0], Entries(6, [0x7f, 0, 0x41, 0, 0x0b])), HandlerRefusal.UnknownImport, "Global (i64)" },
        { "memory that is a table", Given(2, [0, 1], Entries(4, [0x70, 0, 1])), HandlerRefusal.Malformed, "doesn't exist" },
        { "matching memory", Given(2, [1, 1, 4], Entries(5, [1, 2, 3])), HandlerRefusal.NoHandler, "incoming-handler" },
        { "matching table", Given(1, [0x70, 0, 1], Entries(4, [0x70, 1, 2, 3])), HandlerRefusal.NoHandler, "incoming-handler" },
        { "matching globals", Given(3, [0x7c, 1], Entries(6, [0x7c, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b], [0x7b, 0, 0xfd, 12, .. new byte[16], 0x0b], [0x70, 0, 0xd0, 0x70, 0x0b])), HandlerRefusal.NoHandler, "incoming-handler" },
        { "GC in a constant expression", Module(Entries(6, [0x7f, 0, 0xfb, 0, 0, 0x0b])), HandlerRefusal.Unsupported, "0xfb" },
        { "record without fields", Component(Entries(7, [0x72, 0])), HandlerRefusal.Malformed, "without fields" },
        { "variant without cases", Component(Entries(7, [0x71, 0])), HandlerRefusal.Malformed, "without cases" },
        { "flags without names", Component(Entries(7, [0x6e, 0])), HandlerRefusal.Malformed, "without names" },
        { "new of a resource that is imported", Component(Entries(10, [0, .. Name("r"), 3, 1]), Entries(8, [0x02, 0])), HandlerRefusal.Malformed, "another component defines" },
        { "new of a number", Component(Entries(7, [0x7f]), Entries(8, [0x02, 0])), HandlerRefusal.Malformed, "no resource" },
        { "destructor of another type", Component(Core([0x60, 0, 0]), Entries(2, [0, 0, 0]), Entries(6, [0, 0, 1, 0, .. Name("f")]), Entries(7, [0x3f, 0x7f, 1, 0])), HandlerRefusal.Malformed, "destructor" },
        { "lift of another type", Called([0x60, 0, 0], [0x40, 1, .. Name("a"), 0x79, 1, 0]), HandlerRefusal.Malformed, "lifted function has the type () -> (), not (i32) -> ()" },
        { "call with a borrowed result", Called([0x60, 0, 1, 0x7f], [0x3f, 0x7f, 0], [0x68, 0], [0x40, 0, 0, 1]), HandlerRefusal.Malformed, "borrowed" },
        { "call with a huge value", Called([0x60, 1, 0x7f, 0], [.. HugeTypes(), [0x40, 1, .. Name("a"), 19, 1, 0]]), HandlerRefusal.TooLarge, "1048576 bytes" },
        { "call that fits", Called([0x60, 1, 0x7f, 0], [0x40, 1, .. Name("a"), 0x79, 1, 0]), HandlerRefusal.NoHandler, "incoming-handler" },
        { "post-return of another type", Handler(HandlerModule(postType: 0), [0x05, 1]), HandlerRefusal.Malformed, "post-return" },
        { "shared memory", Module(Entries(5, [3, 1, 1])), HandlerRefusal.Unsupported, "threads" },
        { "64-bit memory", Module(Entries(5, [4, 1])), HandlerRefusal.Unsupported, "memory64" },
        { "64-bit table", Module(Entries(4, [0x70, 4, 1])), HandlerRefusal.Unsupported, "memory64" },
        { "two memories", Module(Entries(5, [0, 1], [0, 1])), HandlerRefusal.Unsupported, "multi-memory" },
        { "page size", Module(Entries(5, [8, 1, 0])), HandlerRefusal.Unsupported, "custom-page-sizes" },
        { "tags", Module(Entries(13, [0, 0])), HandlerRefusal.Unsupported, "exception-handling" },
        { "struct type", Module(Entries(1, [0x5f, 0])), HandlerRefusal.Unsupported, "GC" },
        { "continuation type", Module(Entries(1, [0x5d, 0])), HandlerRefusal.Unsupported, "GC" },
        { "memory over the cap", Module(Entries(5, [0, .. U32(2049)])), HandlerRefusal.TooLarge, "134217728" },
        { "table over the cap", Module(Entries(4, [0x70, 0, .. U32(20_001)])), HandlerRefusal.TooLarge, "20000" },
        { "old WASI", Module(Entries(1, [0x60, 0, 0]), Entries(2, [.. Name("wasi_unstable"), .. Name("f"), 0, 0]), Entries(3, [0]), Entries(5, [0, 1]), Entries(7, [.. Name("_start"), 0, 1], [.. Name("memory"), 2, 0])), HandlerRefusal.UnknownImport, "wasi_unstable" },
    };

    // A core module that exports f, of the type given.
    private static byte[] Core(byte[] type) => Section(1, Module(Entries(1, type), Entries(3, [0]), Entries(7, [.. Name("f"), 0, 0]), Entries(10, [3, 0, 0x00, 0x0b])));

    // Such a function, lifted with the last of the types and lowered again.
    private static byte[] Called(byte[] core, params byte[][] types) => Component(
        Core(core), Entries(2, [0, 0, 0]), Entries(6, [0, 0, 1, 0, .. Name("f")]), Entries(7, types), Entries(8, [0, 0, 0, 0, (byte)(types.Length - 1)], [1, 0, 0, 0]));

    // 20 types: two u64, and each next one twice the one before.
    private static byte[][] HugeTypes() => [[0x6f, 2, 0x77, 0x77], .. Enumerable.Range(0, 19).Select(i => new byte[] { 0x6f, 2, (byte)i, (byte)i })];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Plan_OfWhatIsNotSupported_IsRefusedByName(string what, byte[] wasm, HandlerRefusal refusal, string named)
    {
        var refused = Refused(wasm);
        Assert.Equal((what, refusal), (what, refused.Refusal));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 200, 1 })]
    [InlineData(new byte[] { 0, 2, 1, 0xff })]
    public void Plan_OfADamagedNameSection_GoesWithoutTheName(byte[] damaged)
    {
        var plan = Platform.Runtime.Components.ComponentPlanner.Plan(Handler(HandlerModule(extra: Section(0, [.. Name("name"), .. damaged]))));
        Assert.Equal("handle", plan.Handlers[0].Function);
    }
}
