using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Clocks;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>
/// <c>wasi_snapshot_preview1#poll_oneoff</c>. A subscription is 48 bytes (userdata at 0, tag at 8; a clock's id at 16, timeout at 24, flags at 40; a descriptor at 16),
/// an event 32 (userdata at 0, error at 8, type at 10, bytes at 16).
/// </summary>
internal static unsafe class Preview1Poll
{
    private const int MaxSubscriptions = 1024;
    private const uint SubscriptionBytes = 48;
    private const uint EventBytes = 32;
    private const byte ClockTag = 0;
    private const byte ReadTag = 1;
    private const byte WriteTag = 2;

    /// <summary>Registers the function.</summary>
    public static void Register(HostFunctions functions) => functions.Add(CommandPlanner.Preview1, "poll_oneoff", "iiii>i", &Poll);

    private static void Poll(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var (subscriptions, events, count, target) = (values[0].U32, values[1].U32, values[2].U32, values[3].U32);
        if (count is 0 or > MaxSubscriptions)
        {
            Preview1Functions.Return(values, Errno.Invalid);
            return;
        }

        context.ChargeFuel((int)count * 10);
        var memory = context.Memory(lowering);
        var pollables = new Pollable?[count];
        var errors = new Errno[count];
        for (uint i = 0; i < count; i++)
        {
            (pollables[i], errors[i]) = Source(context, memory, checked(subscriptions + (i * SubscriptionBytes)));
        }

        if (Array.TrueForAll(errors, error => error == Errno.Success))
        {
            context.WaitAny(pollables!);
        }

        uint ready = 0;
        for (uint i = 0; i < count; i++)
        {
            if (errors[i] != Errno.Success || pollables[i]!.IsReady(context))
            {
                var subscription = subscriptions + (i * SubscriptionBytes);
                var slot = checked(events + (ready++ * EventBytes));
                memory.Slice(slot, EventBytes).Clear();
                memory.Set64(slot, memory.U64(subscription));
                memory.Set16(slot + 8, (int)errors[i]);
                memory.Set8(slot + 10, memory.U8(subscription + 8));
                memory.Set64(slot + 16, memory.U8(subscription + 8) == ClockTag ? 0UL : 1UL);
            }
        }

        memory.Set32(target, ready);
        Preview1Functions.Return(values, Errno.Success);
    }

    private static (Pollable? Pollable, Errno Error) Source(RequestContext context, GuestMemory memory, uint subscription)
    {
        switch (memory.U8(subscription + 8))
        {
            case ClockTag:
                var clock = memory.U32(subscription + 16);
                var timeout = memory.U64(subscription + 24);
                var isAbsolute = (memory.U16(subscription + 40) & 1) != 0;
                if (clock > 1)
                {
                    return (null, Errno.NotSupported);
                }

                // An absolute time of the wall clock counts from what that clock says now.
                var now = MonotonicClock.Now();
                var wall = WallClock.Nanoseconds();
                var wait = !isAbsolute ? timeout
                    : clock == 1 ? timeout - Math.Min(timeout, now)
                    : timeout - Math.Min(timeout, wall);
                return (new TimerPollable(MonotonicClock.ToTicks(wait > ulong.MaxValue - now ? ulong.MaxValue : now + wait)), Errno.Success);
            case ReadTag:
                return context.Preview1.InputOf(context, memory.U32(subscription + 16)) is { } input ? (new InputPollable(input), Errno.Success)
                    : context.Preview1.FileOf(context, memory.U32(subscription + 16)) is not null ? (new ReadyPollable(), Errno.Success)
                    : (null, Errno.BadFile);
            case WriteTag:
                return context.Preview1.OutputOf(context, memory.U32(subscription + 16)) is { } output
                    ? (new OutputPollable(output), Errno.Success)
                    : (null, Errno.BadFile);
            default:
                return (null, Errno.Invalid);
        }
    }
}
