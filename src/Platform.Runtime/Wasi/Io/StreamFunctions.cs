using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Io;

/// <summary><c>wasi:io/streams@0.2</c>. Result layouts are those of the canonical ABI: <c>result&lt;u64, stream-error&gt;</c> has its payload at 8, the others at 4.</summary>
internal static unsafe class StreamFunctions
{
    /// <summary>The most that one read gives, and one write-zeroes or splice moves at once.</summary>
    private const int ChunkBytes = 64 << 10;

    /// <summary>The most that <c>blocking-write-and-flush</c> and its zeroes take (streams.wit).</summary>
    private const int BlockingWriteBytes = 4096;

    private const int StreamErrorFailed = 0;
    private const int StreamErrorClosed = 1;

    /// <summary>Registers the interface.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Streams = "wasi:io/streams";
        functions.AddResource(Streams, "input-stream", typeof(InputStream));
        functions.Add(Streams, "[method]input-stream.read", "iIi>", &Read);
        functions.Add(Streams, "[method]input-stream.blocking-read", "iIi>", &BlockingRead);
        functions.Add(Streams, "[method]input-stream.skip", "iIi>", &Skip);
        functions.Add(Streams, "[method]input-stream.blocking-skip", "iIi>", &BlockingSkip);
        functions.Add(Streams, "[method]input-stream.subscribe", "i>i", &SubscribeInput);
        functions.AddResource(Streams, "output-stream", typeof(OutputStream));
        functions.Add(Streams, "[method]output-stream.check-write", "ii>", &CheckWrite);
        functions.Add(Streams, "[method]output-stream.write", "iiii>", &Write);
        functions.Add(Streams, "[method]output-stream.blocking-write-and-flush", "iiii>", &BlockingWriteAndFlush);
        functions.Add(Streams, "[method]output-stream.flush", "ii>", &Flush);
        functions.Add(Streams, "[method]output-stream.blocking-flush", "ii>", &BlockingFlush);
        functions.Add(Streams, "[method]output-stream.subscribe", "i>i", &SubscribeOutput);
        functions.Add(Streams, "[method]output-stream.write-zeroes", "iIi>", &WriteZeroes);
        functions.Add(Streams, "[method]output-stream.blocking-write-zeroes-and-flush", "iIi>", &BlockingWriteZeroesAndFlush);
        functions.Add(Streams, "[method]output-stream.splice", "iiIi>", &Splice);
        functions.Add(Streams, "[method]output-stream.blocking-splice", "iiIi>", &BlockingSplice);
    }

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
            WriteError(context, lowering, target, 4, state);
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
            WriteError(context, lowering, target, 8, state);
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

    private static void Splice(RequestContext context, Lowering lowering, ValRaw* values) => SpliceCore(
        context,
        lowering,
        context.Handles.Get<OutputStream>(values[0].U32),
        context.Handles.Get<InputStream>(values[1].U32),
        values[2].U64,
        values[3].U32);

    private static void BlockingSplice(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var output = context.Handles.Get<OutputStream>(values[0].U32);
        var input = context.Handles.Get<InputStream>(values[1].U32);
        WaitReadable(context, input, values[2].U64);
        WaitWritable(context, output, out _);
        SpliceCore(context, lowering, output, input, values[2].U64, values[3].U32);
    }

    private static void SpliceCore(
        RequestContext context, Lowering lowering, OutputStream output, InputStream input, ulong wanted, uint target)
    {
        var writeState = output.Check(context, out var writable);
        if (writeState is StreamState.Closed or StreamState.Failed)
        {
            WriteError(context, lowering, target, 8, writeState);
            return;
        }

        var readState = input.Peek(context, out var bytes);
        if (readState is StreamState.Closed or StreamState.Failed)
        {
            WriteError(context, lowering, target, 8, readState);
            return;
        }

        var count = writeState == StreamState.Ready ? (int)Math.Min((ulong)Math.Min(bytes.Length, writable), wanted) : 0;
        context.ChargeCopy(count);
        if (count > 0 && !output.Write(context, bytes[..count]))
        {
            WriteError(context, lowering, target, 8, StreamState.Failed);
            return;
        }

        input.Advance(count);
        WriteCount(context, lowering, target, (ulong)count);
    }

    private static void FlushWhenReady(RequestContext context, OutputStream stream, StreamState state)
    {
        if (state is StreamState.Ready or StreamState.Pending)
        {
            stream.Flush(context);
        }
    }

    private static void WaitReadable(RequestContext context, InputStream stream, ulong wanted)
    {
        if (wanted > 0 && stream.Peek(context, out _) == StreamState.Pending)
        {
            context.WaitAny([new InputPollable(stream)]);
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

    private static void WriteCount(RequestContext context, Lowering lowering, uint target, ulong count)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set64(target + 8, count);
    }

    private static void WriteError(RequestContext context, Lowering lowering, uint target, uint payload, StreamState state)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 1);
        if (state == StreamState.Closed)
        {
            memory.Set8(target + payload, StreamErrorClosed);
            return;
        }

        memory.Set8(target + payload, StreamErrorFailed);
        memory.Set32(target + payload + 4, context.Handles.Add(new IoError("the other side is gone or broke the protocol")));
    }
}
