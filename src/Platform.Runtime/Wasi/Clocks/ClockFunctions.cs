using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Clocks;

/// <summary><c>wasi:clocks@0.2</c>: monotonic-clock and wall-clock.</summary>
internal static unsafe class ClockFunctions
{
    private const string Monotonic = "wasi:clocks/monotonic-clock";
    private const string Wall = "wasi:clocks/wall-clock";

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        functions.Add(Monotonic, "now", ">I", &Now);
        functions.Add(Monotonic, "resolution", ">I", &Resolution);
        functions.Add(Monotonic, "subscribe-instant", "I>i", &SubscribeInstant);
        functions.Add(Monotonic, "subscribe-duration", "I>i", &SubscribeDuration);
        functions.Add(Wall, "now", "i>", &WallNow);
        functions.Add(Wall, "resolution", "i>", &WallResolution);
    }

    private static void Now(RequestContext context, Lowering lowering, ValRaw* values) => values[0].U64 = MonotonicClock.Now();

    private static void Resolution(RequestContext context, Lowering lowering, ValRaw* values) => values[0].U64 = MonotonicClock.Resolution;

    private static void SubscribeInstant(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new TimerPollable(MonotonicClock.ToTicks(values[0].U64)));

    private static void SubscribeDuration(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var now = MonotonicClock.Now();
        var until = values[0].U64 > ulong.MaxValue - now ? ulong.MaxValue : now + values[0].U64;
        values[0].U32 = context.Handles.Add(new TimerPollable(MonotonicClock.ToTicks(until)));
    }

    // record datetime { seconds: u64, nanoseconds: u32 }
    private static void WallNow(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var nanoseconds = WallClock.Nanoseconds();
        var memory = context.Memory(lowering);
        memory.Set64(values[0].U32, nanoseconds / 1_000_000_000);
        memory.Set32(values[0].U32 + 8, (uint)(nanoseconds % 1_000_000_000));
    }

    private static void WallResolution(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var memory = context.Memory(lowering);
        memory.Set64(values[0].U32, 0);
        memory.Set32(values[0].U32 + 8, WallClock.ResolutionNanoseconds);
    }
}
