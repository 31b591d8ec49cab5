using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Io;

/// <summary><c>wasi:io/streams@0.2</c>. Result layouts are those of the canonical ABI: <c>result&lt;u64, stream-error&gt;</c> has its payload at 8, the others at 4.</summary>
internal static unsafe partial class StreamFunctions
{
    /// <summary>The most that one read gives, and one write-zeroes or splice moves at once.</summary>
    public const int ChunkBytes = 64 << 10;

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
            WriteError(context, lowering, target, 8, readState, input);
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

    private static void WriteCount(RequestContext context, Lowering lowering, uint target, ulong count)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 0);
        memory.Set64(target + 8, count);
    }

    private static void WriteError(RequestContext context, Lowering lowering, uint target, uint payload, StreamState state, InputStream? input = null)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 1);
        if (state == StreamState.Closed)
        {
            memory.Set8(target + payload, StreamErrorClosed);
            return;
        }

        memory.Set8(target + payload, StreamErrorFailed);
        memory.Set32(target + payload + 4, context.Handles.Add(input?.Failure ?? new IoError("the other side is gone or broke the protocol")));
    }
}
