using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary><c>wasi_snapshot_preview1</c>: reading and writing the standard streams, and what any descriptor has. They block, as preview 1 has it, through the one place where guests wait.</summary>
internal static unsafe class Preview1Streams
{
    /// <summary>The most buffers in one call (Linux' IOV_MAX).</summary>
    public const int MaxVectors = 1024;

    /// <summary>Registers the functions.</summary>
    public static void Register(HostFunctions functions)
    {
        const string Module = CommandPlanner.Preview1;
        functions.Add(Module, "fd_write", "iiii>i", &Write);
        functions.Add(Module, "fd_read", "iiii>i", &Read);
        functions.Add(Module, "fd_close", "i>i", &Close);
        functions.Add(Module, "fd_renumber", "ii>i", &Renumber);
        functions.Add(Module, "fd_datasync", "i>i", &Sync);
        functions.Add(Module, "fd_sync", "i>i", &Sync);
        functions.Add(Module, "fd_fdstat_set_flags", "ii>i", &SetFlags);
    }

    private static void Write(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var (vectors, count, target) = (values[1].U32, values[2].U32, values[3].U32);
        var stream = context.Preview1.OutputOf(context, values[0].U32);
        if (stream is null || count > MaxVectors)
        {
            Preview1Functions.Return(
                values, stream is not null ? Errno.Invalid : context.Preview1.FileOf(context, values[0].U32) is null ? Errno.BadFile : Errno.ReadOnly);
            return;
        }

        uint written = 0;
        for (uint i = 0; i < count; i++)
        {
            var memory = context.Memory(lowering);
            var (pointer, length) = (memory.U32(checked(vectors + (i * 8))), memory.U32(checked(vectors + (i * 8) + 4)));
            var bytes = memory.Slice(pointer, length);
            context.ChargeCopy(bytes.Length);
            if (!WriteAll(context, stream, bytes))
            {
                Preview1Functions.Return(values, Errno.Io);
                return;
            }

            written = unchecked(written + length);
        }

        context.Memory(lowering).Set32(target, written);
        Preview1Functions.Return(values, Errno.Success);
    }

    // The span stays valid over a wait: no guest code runs meanwhile, and the memory doesn't move.
    private static bool WriteAll(RequestContext context, OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var state = stream.Check(context, out var writable);
            if (state == StreamState.Pending)
            {
                context.WaitAny([new OutputPollable(stream)]);
                continue;
            }

            if (state != StreamState.Ready)
            {
                return false;
            }

            var part = Math.Min(bytes.Length, writable);
            if (!stream.Write(context, bytes[..part]))
            {
                return false;
            }

            bytes = bytes[part..];
        }

        return true;
    }

    private static void Read(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var (vectors, count, target) = (values[1].U32, values[2].U32, values[3].U32);
        if (context.Preview1.FileOf(context, values[0].U32) is { } file)
        {
            Preview1Files.ReadOn(context, lowering, values, file);
            return;
        }

        var stream = context.Preview1.InputOf(context, values[0].U32);
        if (stream is null || count > MaxVectors)
        {
            Preview1Functions.Return(values, stream is null ? Errno.BadFile : Errno.Invalid);
            return;
        }

        var memory = context.Memory(lowering);
        uint read = 0;
        var state = StreamState.Ready;
        for (uint i = 0; i < count && state == StreamState.Ready; i++)
        {
            var buffer = memory.Slice(memory.U32(checked(vectors + (i * 8))), memory.U32(checked(vectors + (i * 8) + 4)));
            while (!buffer.IsEmpty)
            {
                state = stream.Peek(context, out var bytes);
                if (state == StreamState.Pending && read == 0)
                {
                    context.WaitAny([new InputPollable(stream)]);
                    continue;
                }

                if (state != StreamState.Ready)
                {
                    break;
                }

                var part = Math.Min(bytes.Length, buffer.Length);
                bytes[..part].CopyTo(buffer);
                stream.Advance(part);
                context.ChargeCopy(part);
                buffer = buffer[part..];
                read += (uint)part;
            }
        }

        if (state == StreamState.Failed && read == 0)
        {
            Preview1Functions.Return(values, Errno.Io);
            return;
        }

        memory.Set32(target, read);
        Preview1Functions.Return(values, Errno.Success);
    }

    private static void Close(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var open = context.Preview1.IsOpen(context, values[0].U32);
        if (open)
        {
            context.Preview1.Close(context, values[0].U32);
        }

        Preview1Functions.Return(values, open ? Errno.Success : Errno.BadFile);
    }

    private static void Renumber(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var open = context.Preview1.IsOpen(context, values[0].U32) && context.Preview1.IsOpen(context, values[1].U32);
        if (open)
        {
            context.Preview1.Renumber(context, values[0].U32, values[1].U32);
        }

        Preview1Functions.Return(values, open ? Errno.Success : Errno.BadFile);
    }

    private static void Sync(RequestContext context, Lowering lowering, ValRaw* values) =>
        Preview1Functions.Return(values, context.Preview1.IsOpen(context, values[0].U32) ? Errno.Success : Errno.BadFile);

    private static void SetFlags(RequestContext context, Lowering lowering, ValRaw* values) => Preview1Functions.Return(
        values, !context.Preview1.IsOpen(context, values[0].U32) ? Errno.BadFile : values[1].U32 == 0 ? Errno.Success : Errno.NotSupported);
}
