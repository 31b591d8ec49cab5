using Platform.Runtime.Components;
using static Platform.Runtime.Tests.Components.Wasm;

namespace Platform.Runtime.Tests.Components;

/// <summary>The shim and fixup of wit-component go away; whatever differs from them in one byte stays as it was uploaded.</summary>
public sealed class ElisionTests
{
    private static readonly byte[] s_stub = [0, 0x20, 0, 0x41, 0, 0x11, 0, 0, 0x0b];
    private static readonly byte[] s_segment = [0, 0x41, 0, 0x0b, 1, 0];

    public static TheoryData<string, byte[]> Differing => new()
    {
        { "another stub number", Build(stub: [0, 0x20, 0, 0x41, 1, 0x11, 0, 0, 0x0b]) },
        { "a constant for the parameter", Build(stub: [0, 0x41, 0, 0x41, 0, 0x11, 0, 0, 0x0b]) },
        { "a stub that does more", Build(stub: [0, 0x20, 0, 0x41, 0, 0x11, 0, 0, 0x01, 0x0b]) },
        { "a stub with a local", Build(stub: [1, 1, 0x7f, 0x20, 0, 0x41, 0, 0x11, 0, 0, 0x0b]) },
        { "another table", Build(stub: [0, 0x20, 0, 0x41, 0, 0x11, 0, 1, 0x0b]) },
        { "another type", Build(stub: [0, 0x20, 0, 0x41, 0, 0x11, 1, 0, 0x0b]) },
        { "another offset", Build(segment: [0, 0x41, 1, 0x0b, 1, 0]) },
        { "a passive segment", Build(segment: [1, 0, 1, 0]) },
        { "a fixup that starts something", Build(fixupExtra: Section(8, 0)) },
        { "a fixup with a memory", Build(fixupExtra: Entries(5, [0, 1])) },
        { "a table that the main module has too", Build(tableToMain: true) },
    };

    [Fact]
    public void Plan_OfAShimAndItsFixup_GivesTheMainModuleTheHostFunction()
    {
        var plan = ComponentPlanner.Plan(Build());
        var instance = Assert.IsType<InstantiateStep>(Assert.Single(plan.Steps));
        Assert.Equal(new ImportArgument("h", "f", new HostFunctionItem(0)), Assert.Single(instance.Arguments));
        Assert.Single(plan.Modules);
        Assert.Equal("(i32) -> ()", Assert.Single(plan.HostImports).Signature.ToString());
        Assert.Equal(new InstanceExportItem(0, "handle"), plan.Handlers[0].Core);
    }

    [Theory]
    [MemberData(nameof(Differing), DisableDiscoveryEnumeration = true)]
    public void Plan_OfAnythingElse_KeepsAllThreeModules(string what, byte[] wasm)
    {
        var plan = ComponentPlanner.Plan(wasm);
        Assert.Equal((what, 3, 3), (what, plan.Modules.Count, plan.Steps.Count));
        Assert.Equal(new InstanceExportItem(1, "handle"), plan.Handlers[0].Core);
    }

    [Fact]
    public void Plan_OfAModuleThatOnlyStarts_CallsTheFunctionInstead()
    {
        var plan = ComponentPlanner.Plan(Started(Module(Entries(1, [0x60, 0, 0]), Entries(2, [.. Name("m"), .. Name("post"), 0, 0]), Section(8, 0))));
        Assert.Single(plan.Modules);
        Assert.IsType<InstantiateStep>(plan.Steps[0]);
        Assert.Equal(new CallStep(new InstanceExportItem(0, "post"), 0), plan.Steps[^1]);
    }

    [Fact]
    public void Plan_OfAModuleThatStartsAndDoesMore_KeepsIt()
    {
        var plan = ComponentPlanner.Plan(
            Started(Module(Entries(1, [0x60, 0, 0]), Entries(2, [.. Name("m"), .. Name("post"), 0, 0]), Entries(5, [0, 1]), Section(8, 0))));
        Assert.Equal(2, plan.Modules.Count);
        Assert.Empty(plan.Steps.OfType<CallStep>());
    }

    [Fact]
    public void Plan_OfAModuleNamedAsTheAdapter_KeepsWhatIsNoPreview1()
    {
        byte[] names = [.. Name("component-name"), 1, .. ModuleName("wit-component:adapter:wasi_snapshot_preview1")];
        var plan = ComponentPlanner.Plan(Started(
            Module(Entries(1, [0x60, 0, 0]), Entries(2, [.. Name("m"), .. Name("post"), 0, 0]), Entries(5, [0, 1]), Section(8, 0)), Section(0, names)));
        Assert.Equal(2, plan.Modules.Count);
        Assert.Equal(new InstanceExportItem(0, "handle"), plan.Handlers[0].Core);
    }

    // Names core module 0.
    private static byte[] ModuleName(string name)
    {
        byte[] content = [0x00, 0x11, 1, 0, .. Name(name)];
        return [.. U32((uint)content.Length), .. content];
    }

    // A handler, and a second module that gets the first one's exports.
    private static byte[] Started(byte[] second, byte[]? extra = null) =>
        [.. Handler(HandlerModule()), .. Section(1, second), .. Entries(2, [0, 1, 1, .. Name("m"), 0x12, 0]), .. extra ?? []];

    // Shim, main and fixup as wit-component puts them together for one imported function f: (u32) -> ().
    private static byte[] Build(byte[]? stub = null, byte[]? segment = null, byte[]? fixupExtra = null, bool tableToMain = false)
    {
        byte[] unary = [0x60, 1, 0x7f, 0];
        byte[] binary = [0x60, 2, 0x7f, 0x7f, 0];
        byte[] table = [.. Name(""), .. Name("$imports"), 1, 0x70, 0, 1];
        stub ??= s_stub;
        var shim = Module(
            Entries(1, unary, binary),
            Entries(3, [0]),
            Entries(4, [0x70, 0, 1]),
            Entries(7, [.. Name("0"), 0, 0], [.. Name("$imports"), 1, 0]),
            Entries(10, [.. U32((uint)stub.Length), .. stub]));
        byte[] function = [.. Name("h"), .. Name("f"), 0, 0];
        var main = Module(
            Entries(1, unary, binary),
            tableToMain ? Entries(2, function, table) : Entries(2, function),
            Entries(3, [1]),
            Entries(7, [.. Name("handle"), 0, 1]),
            Entries(10, [2, 0, 0x0b]));
        var fixup = Module(
            Entries(1, unary),
            Entries(2, [.. Name(""), .. Name("0"), 0, 0], table),
            fixupExtra ?? [],
            Entries(9, segment ?? s_segment));
        return Component(
            Entries(7, [0x40, 1, .. Name("a"), 0x79, 1, 0], [0x40, 2, .. Name("a"), 0x79, .. Name("b"), 0x79, 1, 0]),
            Entries(10, [0, .. Name("f"), 1, 0]),
            Section(1, shim),
            Section(1, main),
            Section(1, fixup),
            Entries(2, [0, 0, 0]),
            Entries(6, [0, 0, 1, 0, .. Name("0")], [0, 1, 1, 0, .. Name("$imports")]),
            Entries(8, [1, 0, 0, 0]),
            Entries(2, [1, 1, .. Name("f"), 0, 0], [1, 2, .. Name("0"), 0, 1, .. Name("$imports"), 1, 0]),
            tableToMain
                ? Entries(2, [0, 1, 2, .. Name("h"), 0x12, 1, .. Name(""), 0x12, 2], [0, 2, 1, .. Name(""), 0x12, 2])
                : Entries(2, [0, 1, 1, .. Name("h"), 0x12, 1], [0, 2, 1, .. Name(""), 0x12, 2]),
            Entries(6, [0, 0, 1, 3, .. Name("handle")]),
            Entries(8, [0, 0, 2, 0, 1]),
            Entries(5, [1, 1, 0, .. Name("handle"), 1, 1]),
            Entries(11, [0, .. Name("wasi:http/incoming-handler@0.2.3"), 5, 0, 0]));
    }
}
