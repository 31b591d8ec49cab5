using System.Diagnostics;
using static Platform.Runtime.Tests.Components.Wasm;

namespace Platform.Runtime.Tests.Components;

/// <summary>Components that are small and ask for much (attack A34): refused soon, with little memory, and never by a stack overflow.</summary>
public sealed class BombTests
{
    private static readonly byte[] s_instantiateOuterZero = Component(Entries(6, [4, 2, 1, 0]), Entries(5, [0, 0, 0]));

    public static TheoryData<string, Func<byte[]>> Bombs => new()
    {
        { "a component that instantiates itself", () => Component(Section(4, s_instantiateOuterZero), Entries(5, [0, 0, 0])) },
        { "a chain of components, each instantiates the one before", () => Component(
            [Section(4, Component()), .. Enumerable.Range(0, 20_000).Select(i => Section(4, Component(Entries(6, [4, 2, 1, .. U32((uint)i)]), Entries(5, [0, 0, 0])))), Entries(5, [0, .. U32(20_000), 0])]) },
        { "doubling: each component instantiates the one before twice", () => Component(
            [Section(4, Component()), .. Enumerable.Range(0, 30).Select(i => Section(4, Component(Entries(6, [4, 2, 1, .. U32((uint)i)]), Entries(5, [0, 0, 0], [0, 0, 0])))), Entries(5, [0, 30, 0])]) },
        { "deep nesting", () => Enumerable.Range(0, 1_000).Aggregate(Component(), (inner, _) => Component(Section(4, inner), Entries(5, [0, 0, 0]))) },
        { "a chain of instance types", () => Component(
            [Entries(7, [0x42, 0]), .. Enumerable.Range(0, 5_000).Select(i => Entries(7, [0x42, 2, 2, 3, 2, 1, .. U32((uint)i), 4, 0, 1, (byte)'x', 5, 0]))]) },
        { "doubling instance types", () => Component(
            [Entries(7, [0x42, 0]), .. Enumerable.Range(0, 30).Select(i => Entries(7, [0x42, 3, 2, 3, 2, 1, .. U32((uint)i), 4, 0, 1, (byte)'x', 5, 0, 4, 0, 1, (byte)'y', 5, 0]))]) },
        { "a large component instantiated many times", () => Component(
            [Section(4, Component([.. Enumerable.Range(0, 50).Select(i => Entries(7, [0x6d, .. Vector(Name(new string('x', 90_000)))]))])), Entries(5, [.. Enumerable.Repeat<byte[]>([0, 0, 0], 10_000)])]) },
        { "empty sections instantiated many times", () => Component(
            [Section(4, Component([.. Enumerable.Repeat(Section(0, 0), 300_000)])), Entries(5, [.. Enumerable.Repeat<byte[]>([0, 0, 0], 300_000)])]) },
        { "types without end in many modules", () => Component(
            [.. Enumerable.Repeat(Section(1, Module(Entries(1, [.. Enumerable.Repeat<byte[]>([0x60, 0, 0], 100_000)]))), 20)]) },
        { "more functions than a module may have", () => Module(Entries(1, [0x60, 0, 0]), Section(3, [.. U32(1_000_000), .. new byte[1_000_000]])) },
        { "records in records", () => Component(Entries(7, [[0x70, 0x7d], .. Enumerable.Range(0, 5_000).Select(i => (byte[])[0x6f, 2, .. Index(i), .. Index(i)])])) },
    };

    [Theory]
    [MemberData(nameof(Bombs), DisableDiscoveryEnumeration = true)]
    public void Plan_OfABomb_IsRefusedWithinBounds(string what, Func<byte[]> make)
    {
        var wasm = make();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var refused = Refused(wasm);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{what}: {watch.Elapsed}");
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < 512L << 20, $"{what}: {allocated >> 20} MiB");
        Assert.Equal((what, HandlerRefusal.TooLarge), (what, refused.Refusal));
    }

    // A type index as a signed LEB128.
    private static byte[] Index(int value) => value < 64 ? [(byte)value] : value < 8192 ? [(byte)(value | 0x80), (byte)(value >> 7)] : throw new ArgumentOutOfRangeException(nameof(value));
}
