using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Io;

/// <content>Functions of input-stream.</content>
internal static unsafe partial class StreamFunctions
{
    private static void Read(RequestContext context, Lowering lowering, ValRaw* values) =>
        ReadCore(context, lowering, context.Handles.Get<InputStream>(values[0].U32), values[1].U64, values[2].U32);

    private static void BlockingRead(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<InputStream>(values[0].U32);
        WaitReadable(context, stream, values[1].U64);
        ReadCore(context, lowering, stream, values[1].U64, values[2].U32);
    }

    private static void ReadCore(RequestContext context, Lowering lowering, InputStream stream, ulong wanted, uint target)
    {
        var state = stream.Peek(context, out var bytes);
        if (state is StreamState.Closed or StreamState.Failed)
        {
            WriteError(context, lowering, target, 4, state, stream);
            return;
        }

        var count = (int)Math.Min((ulong)Math.Min(bytes.Length, ChunkBytes), wanted);
        var pointer = count == 0 ? 0 : context.AllocateBytes(lowering, bytes[..count]);
        stream.Advance(count);
        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set32(target + 4, pointer);
        memory.Set32(target + 8, (uint)count);
    }

    private static void Skip(RequestContext context, Lowering lowering, ValRaw* values) =>
        SkipCore(context, lowering, context.Handles.Get<InputStream>(values[0].U32), values[1].U64, values[2].U32);

    private static void BlockingSkip(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<InputStream>(values[0].U32);
        WaitReadable(context, stream, values[1].U64);
        SkipCore(context, lowering, stream, values[1].U64, values[2].U32);
    }

    private static void SkipCore(RequestContext context, Lowering lowering, InputStream stream, ulong wanted, uint target)
    {
        var state = stream.Peek(context, out var bytes);
        if (state is StreamState.Closed or StreamState.Failed)
        {
            WriteError(context, lowering, target, 8, state, stream);
            return;
        }

        var count = (int)Math.Min((ulong)bytes.Length, wanted);
        stream.Advance(count);
        WriteCount(context, lowering, target, (ulong)count);
    }

    private static void SubscribeInput(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<InputStream>(values[0].U32);
        var pollable = new InputPollable(stream);
        pollable.AttachTo(stream);
        values[0].U32 = context.Handles.Add(pollable);
    }

    private static void WaitReadable(RequestContext context, InputStream stream, ulong wanted)
    {
        if (wanted > 0 && stream.Peek(context, out _) == StreamState.Pending)
        {
            context.WaitAny([new InputPollable(stream)]);
        }
    }
}
