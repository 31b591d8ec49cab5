using System.Diagnostics;
using CsCheck;
using Platform.Runtime.Components;
using Platform.Runtime.Tests.Sandboxes;

namespace Platform.Runtime.Tests.Components;

/// <summary>Damaged guests: a plan or a refusal comes out, soon, and nothing else.</summary>
public sealed class FuzzTests
{
    private static readonly byte[][] s_guests =
        [Wasm.Composition(File.ReadAllBytes(Guests.Path("c-gate")), ("wasi:http/incoming-handler", "", ["environment"], File.ReadAllBytes(Guests.Path("c-libc")))), .. new[] { "c-hello", "c-echo", "c-libc", "c-wagi", "as-wagi", "unknown-import", "wrong-type", "no-handler" }.Select(name => File.ReadAllBytes(Guests.Path(name)))];

    private static readonly Gen<byte[]> s_guest = Gen.Int[0, s_guests.Length - 1].Select(i => s_guests[i]);

    [Fact]
    public void Plan_OfFlippedBytes_PlansOrRefuses() =>
        Gen.Select(s_guest, Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Bool).Array[1, 8]).Sample(
            (guest, flips) =>
            {
                var wasm = (byte[])guest.Clone();
                foreach (var (at, value, late) in flips)
                {
                    // Half of them where a component keeps what the planner reads: after its modules.
                    wasm[late ? wasm.Length - 1 - (at % Math.Min(wasm.Length, 2000)) : at % wasm.Length] = value;
                }

                PlansOrRefuses(wasm);
            },
            iter: 3_000,
            threads: 1);

    [Fact]
    public void Plan_OfACutOffGuest_Refuses() =>
        Gen.Select(s_guest, Gen.Int[0, int.MaxValue]).Sample(
            (guest, length) => PlansOrRefuses(guest[..(length % guest.Length)]),
            iter: 1_000,
            threads: 1);

    [Fact]
    public void Plan_OfTwoGuestsSpliced_PlansOrRefuses() =>
        Gen.Select(s_guest, s_guest, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[1, 300]).Sample(
            (guest, other, at, from, length) =>
            {
                var (start, source) = (at % guest.Length, from % other.Length);
                PlansOrRefuses([.. guest[..start], .. other.AsSpan(source, Math.Min(length, other.Length - source)), .. guest[start..]]);
            },
            iter: 1_000,
            threads: 1);

    [Fact]
    public void Plan_OfRandomBytesAfterAComponentsPreamble_PlansOrRefuses() =>
        Gen.Select(Gen.Byte[2, 11], Gen.Byte.Array[0, 100]).Array[1, 10].Sample(
            sections => PlansOrRefuses(Wasm.Component([.. sections.Select(section => Wasm.Section(section.Item1, section.Item2))])),
            iter: 3_000,
            threads: 1);

    private static void PlansOrRefuses(byte[] wasm)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var plan = ComponentPlanner.Plan(wasm);
            PlanSerializer.Deserialize(PlanSerializer.Serialize(plan));
        }
        catch (HandlerRefusedException refused)
        {
            Assert.NotEmpty(refused.Message);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
