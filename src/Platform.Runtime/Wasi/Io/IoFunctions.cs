using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Io;

/// <summary><c>wasi:io@0.2</c>: error, poll, streams.</summary>
internal static unsafe class IoFunctions
{
    /// <summary>The most pollables in one call of <c>poll</c>: as many as there can be handles by default.</summary>
    private const int MaxPollables = 10_000;

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        functions.AddResource("wasi:io/error", "error", typeof(IoError));
        functions.Add("wasi:io/error", "[method]error.to-debug-string", "ii>", &ErrorToDebugString);
        functions.AddResource("wasi:io/poll", "pollable", typeof(Pollable));
        functions.Add("wasi:io/poll", "[method]pollable.ready", "i>i", &PollableReady);
        functions.Add("wasi:io/poll", "[method]pollable.block", "i>", &PollableBlock);
        functions.Add("wasi:io/poll", "poll", "iii>", &Poll);
        StreamFunctions.Register(functions);
    }

    private static void ErrorToDebugString(RequestContext context, Lowering lowering, ValRaw* values) =>
        context.WriteString(lowering, values[1].U32, context.Handles.Get<IoError>(values[0].U32).Message);

    private static void PollableReady(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].I32 = context.Handles.Get<Pollable>(values[0].U32).IsReady(context) ? 1 : 0;

    private static void PollableBlock(RequestContext context, Lowering lowering, ValRaw* values) =>
        context.WaitAny([context.Handles.Get<Pollable>(values[0].U32)]);

    private static void Poll(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var (list, count, target) = (values[0].U32, values[1].U32, values[2].U32);
        if (count is 0 or > MaxPollables)
        {
            throw new GuestTrapException($"poll of {count} pollables (1 to {MaxPollables})");
        }

        context.ChargeFuel((int)count * 10);
        var pollables = new Pollable[count];
        var memory = context.Memory(lowering);
        for (uint i = 0; i < count; i++)
        {
            pollables[i] = context.Handles.Get<Pollable>(memory.U32(list + (i * 4)));
        }

        context.WaitAny(pollables);
        var ready = new uint[count];
        var found = 0;
        for (uint i = 0; i < count; i++)
        {
            if (pollables[i].IsReady(context))
            {
                ready[found++] = i;
            }
        }

        var pointer = context.AllocateBytes(lowering, System.Runtime.InteropServices.MemoryMarshal.AsBytes(ready.AsSpan(0, found)), 4);
        memory = context.Memory(lowering);
        memory.Set32(target, pointer);
        memory.Set32(target + 4, (uint)found);
    }
}
