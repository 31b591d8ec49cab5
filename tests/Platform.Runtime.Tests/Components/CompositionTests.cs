using Platform.Runtime.Components;
using Platform.Runtime.Tests.Sandboxes;
using static Platform.Runtime.Tests.Components.Wasm;

namespace Platform.Runtime.Tests.Components;

/// <summary>Components with dependencies: which gives what, and whether it fits.</summary>
public sealed class CompositionTests
{
    private const byte Bool = 0x7f;
    private const byte U32Type = 0x79;
    private const byte S32Type = 0x7a;
    private const byte Text = 0x73;
    private const byte I32 = 0x7f;

    private static readonly byte[] s_gate = File.ReadAllBytes(Guests.Path("c-gate"));
    private static readonly byte[] s_libc = File.ReadAllBytes(Guests.Path("c-libc"));

    // Value types that stand before the function type, and the type of its parameter: a primitive's code or an index.
    private static readonly Dictionary<string, (byte[][] Types, byte Parameter)> s_parameters = new()
    {
        ["u32"] = ([], U32Type),
        ["s32"] = ([], S32Type),
        ["bool"] = ([], Bool),
        ["string"] = ([], Text),
        ["list<u32>"] = ([[0x70, U32Type]], 0),
        ["list<s32>"] = ([[0x70, S32Type]], 0),
        ["record{u32,bool}"] = ([[0x72, 2, .. Name("a"), U32Type, .. Name("b"), Bool]], 0),
        ["tuple<u32,bool>"] = ([[0x6f, 2, U32Type, Bool]], 0),
        ["record{bool,u32}"] = ([[0x72, 2, .. Name("b"), Bool, .. Name("a"), U32Type]], 0),
        ["flags of 2"] = ([[0x6e, 2, .. Name("a"), .. Name("b")]], 0),
        ["flags of 3"] = ([[0x6e, 3, .. Name("a"), .. Name("b"), .. Name("c")]], 0),
        ["enum of 2"] = ([[0x6d, 2, .. Name("a"), .. Name("b")]], 0),
        // 2^60 fields when each is looked at as often as it occurs.
        ["doubling"] = ([[0x6f, 2, U32Type, U32Type], .. Enumerable.Range(0, 60).Select(static i => (byte[])[0x6f, 2, (byte)i, (byte)i])], 60),
        ["enum of 3"] = ([[0x6d, 3, .. Name("a"), .. Name("b"), .. Name("c")]], 0),
    };

    [Fact]
    public void Plan_OfAComponentWithADependency_HasBoth()
    {
        var plan = ComponentPlanner.Plan(Composition(s_gate, ("wasi:http/incoming-handler", "", ["environment", "files"], s_libc)));
        Assert.Equal(HandlerKinds.HttpComponent, plan.Kinds);
        Assert.Equal([ConfigurationKeys.Environment | ConfigurationKeys.Files, ConfigurationKeys.All], plan.Types.Components);
        Assert.Equal(1, plan.Handlers[0].Component);
        Assert.Contains(plan.HostImports, static import => import is { Kind: HostImportKind.GuestCall, Call.Component: 0 });
    }

    [Theory]
    [InlineData("foo:bar/baz@0.1.0", "foo:bar/baz@0.1.0", true)]
    [InlineData("foo:bar/baz", "foo:bar/baz@0.1.0", true)]
    [InlineData("foo:bar/baz", "foo:bar/baz", true)]
    [InlineData("foo:bar", "foo:bar/baz@0.1.0", true)]
    [InlineData("foo:bar", "foo:bar/baz", true)]
    [InlineData("foo:bar@0.1.0", "foo:bar/baz@0.1.0", true)]
    [InlineData("foo-bar", "foo-bar", true)]
    [InlineData("foo:bar/baz@0.1.0", "foo:bar/baz", false)]
    [InlineData("foo:bar/baz@0.1.0", "foo:bar/baz@0.1.1", false)]
    [InlineData("foo:bar/baz", "foo:bar/bub", false)]
    [InlineData("foo:bar/baz", "foo:bar/baz-bub", false)]
    [InlineData("foo:bar", "foo:bub/bib", false)]
    [InlineData("foo:bar", "foo:bar-bub/bib", false)]
    [InlineData("foo:bar@0.1.0", "foo:bar/baz", false)]
    [InlineData("foo:bar/baz", "foo-bar", false)]
    public void Gives_AsSpinMatchesNames(string dependency, string import, bool gives) =>
        Assert.Equal(gives, new Dependency(dependency, "", ConfigurationKeys.None, 0, 0).Gives(import));

    [Theory]
    [InlineData("a:b/c@0.2.3", "a:b/c@0.2.10", true)]
    [InlineData("a:b/c@1.2.3", "a:b/c@1.0.0", true)]
    [InlineData("a:b/c", "a:b/c", true)]
    [InlineData("a:b/c@1.2.3", "a:b/c@2.2.3", false)]
    [InlineData("a:b/c@0.2.3", "a:b/c@0.3.3", false)]
    [InlineData("a:b/c@0.0.1", "a:b/c@0.0.2", false)]
    [InlineData("a:b/c@1.0.0-rc1", "a:b/c@1.0.0-rc2", false)]
    [InlineData("a:b/c@1.0.0", "a:b/c", false)]
    [InlineData("a:b/c@1.0.0", "a:b/d@1.0.0", false)]
    public void AreCompatible_AsVersionsSay(string a, string b, bool compatible) =>
        Assert.Equal((compatible, compatible), (InterfaceName.AreCompatible(a, b), InterfaceName.AreCompatible(b, a)));

    [Theory]
    [InlineData("u32", "u32", true)]
    [InlineData("list<u32>", "list<u32>", true)]
    [InlineData("record{u32,bool}", "tuple<u32,bool>", true)]
    [InlineData("flags of 2", "flags of 2", true)]
    [InlineData("enum of 3", "enum of 3", true)]
    [InlineData("u32", "s32", false)]
    [InlineData("u32", "bool", false)]
    [InlineData("string", "list<u32>", false)]
    [InlineData("list<u32>", "list<s32>", false)]
    [InlineData("record{u32,bool}", "record{bool,u32}", false)]
    [InlineData("flags of 2", "flags of 3", false)]
    [InlineData("enum of 2", "enum of 3", false)]
    [InlineData("enum of 2", "flags of 2", false)]
    public void Plan_OfADependency_ComparesItsTypes(string wanted, string given, bool fits)
    {
        var refused = Refused(Composition(Importing(wanted), ("a:b/c", "", [], Exporting(given))));
        Assert.StartsWith(fits ? "exports no handler" : "the dependency 'a:b/c' gives a:b/c another type of the function f ", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> Wrong => new()
    {
        { "no components", Component(Section(0, [.. Name("platform:composition"), 0])), "unexpected end" },
        { "a module for a component", Component(Section(0, [.. Name("platform:composition"), 0]), Section(1, s_gate)), "another section than its components" },
        { "more after it", Component(Section(0, [.. Name("platform:composition"), 0]), Section(4, s_gate), Section(4, s_gate)), "bytes after the end of a composition" },
        { "a key that is none", Composition(s_gate, ("wasi:http/incoming-handler", "", ["secrets"], s_libc)), "inheriting 'secrets'" },
        { "too many", Composition(s_gate, [.. Enumerable.Repeat(("wasi:http/incoming-handler", "", Array.Empty<string>(), s_libc), 17)]), "17 dependencies; at most 16 are allowed" },
        { "a composition in a composition", Composition(Composition(s_gate), ("wasi:http/incoming-handler", "", [], s_libc)), "matches none of the component's imports; the others are nothing" },
        { "a composition as a dependency", Composition(s_gate, ("wasi:http/incoming-handler", "", [], Composition(s_libc))), "it exports nothing" },
        { "an interface for a function", Composition(Importing("u32", isFunction: true), ("a:b/c", "", [], Exporting("u32"))), "as something else than it is imported as" },
        { "without its function", Composition(s_gate, ("wasi:http/incoming-handler", "a:b/c", [], Exporting("u32"))), "without the function handle" },
        { "another resource", Composition(s_gate, ("wasi:http/types", "a:b/c", [], Exporting("u32"))), "without the resource" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Plan_OfAWrongComposition_SaysWhatIsWrong(string what, byte[] wasm, string message)
    {
        var refused = Refused(wasm);
        Assert.True(refused.Message.Contains(message, StringComparison.Ordinal), $"{what}: {refused.Message}");
    }

    [Fact]
    public void Plan_OfTypesThatDouble_ComparesEachOnce() =>
        Assert.StartsWith("exports no handler", Refused(Composition(Importing("doubling"), ("a:b/c", "", [], Exporting("doubling")))).Message, StringComparison.Ordinal);

    // Imports the interface a:b/c with the function f (or the function itself).
    private static byte[] Importing(string parameter, bool isFunction = false)
    {
        var (types, type) = s_parameters[parameter];
        byte[] function = [0x40, 1, .. Name("x"), type, 1, 0];
        var index = (byte)types.Length;
        return isFunction
            ? Component(Entries(7, [.. types, function]), Entries(10, [0, .. Name("a:b/c"), 1, index]))
            : Component(
                Entries(7, [0x42, .. Vector([.. types.Append(function).Select(static declared => (byte[])[1, .. declared]), [4, 0, .. Name("f"), 1, index]])]),
                Entries(10, [0, .. Name("a:b/c"), 5, 0]));
    }

    // Exports it.
    private static byte[] Exporting(string parameter)
    {
        var (types, type) = s_parameters[parameter];
        var parameters = parameter switch
        {
            "string" or "list<u32>" or "list<s32>" or "record{u32,bool}" or "tuple<u32,bool>" or "record{bool,u32}" => 2,
            _ => 1,
        };
        byte[] core = [0x60, .. Vector([.. Enumerable.Repeat<byte[]>([I32], parameters)]), 0];
        return Component(
            Section(1, Module(Entries(1, core), Entries(3, [0]), Entries(7, [.. Name("f"), 0, 0]), Entries(10, [2, 0, 0x0b]))),
            Entries(2, [0, 0, 0]),
            Entries(6, [0, 0, 1, 0, .. Name("f")]),
            Entries(7, [.. types, [0x40, 1, .. Name("x"), type, 1, 0]]),
            Entries(8, [0, 0, 0, 0, (byte)types.Length]),
            Entries(5, [1, 1, 0, .. Name("f"), 1, 0]),
            Entries(11, [0, .. Name("a:b/c"), 5, 0, 0]));
    }
}
