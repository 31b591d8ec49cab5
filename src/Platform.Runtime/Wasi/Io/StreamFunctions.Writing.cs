using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Io;

/// <content>Functions of output-stream that move the guest's own bytes.</content>
internal static unsafe partial class StreamFunctions
{
    private static void SubscribeOutput(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var pollable = new OutputPollable(stream);
        pollable.AttachTo(stream);
        values[0].U32 = context.Handles.Add(pollable);
    }

    private static void CheckWrite(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var state = stream.Check(context, out var writable);
        if (state is StreamState.Closed or StreamState.Failed)
        {
            WriteError(context, lowering, values[1].U32, 8, state);
            return;
        }

        stream.Permit = state == StreamState.Ready ? writable : 0;
        WriteCount(context, lowering, values[1].U32, (ulong)stream.Permit);
    }

    private static void Write(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var (pointer, length, target) = (values[1].U32, values[2].U32, values[3].U32);
        if (length > (uint)stream.Permit)
        {
            throw new GuestTrapException($"write of {length} bytes when check-write allowed {stream.Permit}");
        }

        var state = WriteChecked(context, lowering, stream, pointer, length);
        stream.Permit -= (int)length;
        WriteUnit(context, lowering, target, state);
    }

    private static void BlockingWriteAndFlush(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var (pointer, length, target) = (values[1].U32, values[2].U32, values[3].U32);
        if (length > BlockingWriteBytes)
        {
            throw new GuestTrapException($"blocking-write-and-flush of {length} bytes (at most {BlockingWriteBytes})");
        }

        var state = StreamState.Ready;
        while (length > 0 && state == StreamState.Ready)
        {
            state = WaitWritable(context, stream, out var writable);
            if (state == StreamState.Ready)
            {
                var part = Math.Min(length, (uint)writable);
                state = WriteChecked(context, lowering, stream, pointer, part);
                pointer += part;
                length -= part;
            }
        }

        FlushWhenReady(context, stream, state);
        WriteUnit(context, lowering, target, state);
    }

    private static StreamState WriteChecked(RequestContext context, Lowering lowering, OutputStream stream, uint pointer, uint length)
    {
        var bytes = context.Memory(lowering).Slice(pointer, length);
        context.ChargeCopy(bytes.Length);
        var state = stream.Check(context, out _);
        return state is StreamState.Closed or StreamState.Failed ? state
            : length == 0 || stream.Write(context, bytes) ? StreamState.Ready
            : StreamState.Failed;
    }

    private static void Flush(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var state = stream.Check(context, out _);
        FlushWhenReady(context, stream, state);
        WriteUnit(context, lowering, values[1].U32, state);
    }

    private static void BlockingFlush(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        stream.Flush(context);
        WriteUnit(context, lowering, values[1].U32, WaitWritable(context, stream, out _));
    }

    private static void WriteZeroes(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var length = values[1].U64;
        if (length > (ulong)stream.Permit)
        {
            throw new GuestTrapException($"write-zeroes of {length} bytes when check-write allowed {stream.Permit}");
        }

        context.ChargeCopy((int)length);
        var state = stream.Check(context, out _);
        if (state == StreamState.Ready && length > 0 && !stream.Write(context, new byte[length]))
        {
            state = StreamState.Failed;
        }

        stream.Permit -= (int)length;
        WriteUnit(context, lowering, values[2].U32, state);
    }

    private static void BlockingWriteZeroesAndFlush(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var stream = context.Handles.Get<OutputStream>(values[0].U32);
        var length = values[1].U64;
        if (length > BlockingWriteBytes)
        {
            throw new GuestTrapException($"blocking-write-zeroes-and-flush of {length} bytes (at most {BlockingWriteBytes})");
        }

        ReadOnlySpan<byte> zeroes = stackalloc byte[BlockingWriteBytes];
        var left = (int)length;
        context.ChargeCopy(left);
        var state = StreamState.Ready;
        while (left > 0 && state == StreamState.Ready)
        {
            state = WaitWritable(context, stream, out var writable);
            if (state == StreamState.Ready)
            {
                var part = Math.Min(left, writable);
                state = stream.Write(context, zeroes[..part]) ? state : StreamState.Failed;
                left -= part;
            }
        }

        FlushWhenReady(context, stream, state);
        WriteUnit(context, lowering, values[2].U32, state);
    }

    private static void FlushWhenReady(RequestContext context, OutputStream stream, StreamState state)
    {
        if (state is StreamState.Ready or StreamState.Pending)
        {
            stream.Flush(context);
        }
    }

    private static StreamState WaitWritable(RequestContext context, OutputStream stream, out int writable)
    {
        var state = stream.Check(context, out writable);
        if (state == StreamState.Pending)
        {
            context.WaitAny([new OutputPollable(stream)]);
            state = stream.Check(context, out writable);
        }

        return state;
    }

    private static void WriteUnit(RequestContext context, Lowering lowering, uint target, StreamState state)
    {
        if (state is StreamState.Closed or StreamState.Failed)
        {
            WriteError(context, lowering, target, 4, state);
        }
        else
        {
            context.Memory(lowering).Set8(target, 0);
        }
    }
}
