using System.Security.Cryptography;
using System.Text;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Clocks;
using Platform.Runtime.Wasi.Random;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>
/// <c>wasi_snapshot_preview1</c>, every function. A guest has the three standard streams, the component's read-only files, and no sockets. Source: WASI preview 1,
/// witx.
/// </summary>
internal static unsafe class Preview1Functions
{
    private static readonly (string Name, string Signature)[] s_sockets =
    [
        ("sock_accept", "iii>i"), ("sock_recv", "iiiiii>i"), ("sock_send", "iiiii>i"), ("sock_shutdown", "ii>i"),
    ];

    /// <summary>Registers the functions.</summary>
    public static void Register(HostFunctions functions)
    {
        void Add(string name, string signature, delegate*<RequestContext, Lowering, ValRaw*, void> body) =>
            functions.Add(CommandPlanner.Preview1, name, signature, body);

        foreach (var (name, signature) in s_sockets)
        {
            Add(name, signature, &BadFile);
        }

        Add("args_get", "ii>i", &ArgsGet);
        Add("args_sizes_get", "ii>i", &ArgsSizesGet);
        Add("environ_get", "ii>i", &EnvironGet);
        Add("environ_sizes_get", "ii>i", &EnvironSizesGet);
        Add("clock_res_get", "ii>i", &ClockResolution);
        Add("clock_time_get", "iIi>i", &ClockTime);
        Add("random_get", "ii>i", &RandomGet);
        Add("sched_yield", ">i", &SchedYield);
        Add("proc_exit", "i>", &ProcExit);
        Add("proc_raise", "i>i", &ProcRaise);
        Preview1Streams.Register(functions);
        Preview1Files.Register(functions);
        Preview1Paths.Register(functions);
        Preview1Poll.Register(functions);
    }

    /// <summary>Puts an error number where the result goes.</summary>
    public static void Return(ValRaw* values, Errno errno) => values[0].I32 = (int)errno;

    private static void BadFile(RequestContext context, Lowering lowering, ValRaw* values) => Return(values, Errno.BadFile);

    private static void ArgsGet(RequestContext context, Lowering lowering, ValRaw* values) =>
        WriteStrings(context, lowering, values, context.Request.Arguments);

    private static void ArgsSizesGet(RequestContext context, Lowering lowering, ValRaw* values) =>
        WriteSizes(context, lowering, values, context.Request.Arguments);

    private static void EnvironGet(RequestContext context, Lowering lowering, ValRaw* values) =>
        WriteStrings(context, lowering, values, Environment(context));

    private static void EnvironSizesGet(RequestContext context, Lowering lowering, ValRaw* values) =>
        WriteSizes(context, lowering, values, Environment(context));

    private static IEnumerable<string> Environment(RequestContext context) =>
        context.Environment.Select(variable => $"{variable.Key}={variable.Value}");

    // An array of pointers, and the strings, each ended by a zero byte.
    private static void WriteStrings(RequestContext context, Lowering lowering, ValRaw* values, IEnumerable<string> strings)
    {
        var (pointers, buffer) = (values[0].U32, values[1].U32);
        var memory = context.Memory(lowering);
        foreach (var text in strings)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal));
            context.ChargeCopy(bytes.Length);
            memory.Set32(pointers, buffer);
            bytes.CopyTo(memory.Slice(buffer, (uint)bytes.Length));
            memory.Set8(checked(buffer + (uint)bytes.Length), 0);
            pointers += 4;
            buffer += (uint)bytes.Length + 1;
        }

        Return(values, Errno.Success);
    }

    private static void WriteSizes(RequestContext context, Lowering lowering, ValRaw* values, IEnumerable<string> strings)
    {
        uint count = 0;
        uint bytes = 0;
        foreach (var text in strings)
        {
            count++;
            bytes += (uint)Encoding.UTF8.GetByteCount(text.Replace("\0", "", StringComparison.Ordinal)) + 1;
        }

        var memory = context.Memory(lowering);
        memory.Set32(values[0].U32, count);
        memory.Set32(values[1].U32, bytes);
        Return(values, Errno.Success);
    }

    // clockid: 0 realtime, 1 monotonic, 2 and 3 processor time, which a guest isn't told.
    private static void ClockResolution(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var clock = values[0].U32;
        if (clock <= 1)
        {
            context.Memory(lowering).Set64(values[1].U32, clock == 0 ? WallClock.ResolutionNanoseconds : MonotonicClock.Resolution);
        }

        Return(values, clock <= 1 ? Errno.Success : Errno.NotSupported);
    }

    private static void ClockTime(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var clock = values[0].U32;
        if (clock <= 1)
        {
            context.Memory(lowering).Set64(values[2].U32, clock == 0 ? WallClock.Nanoseconds() : MonotonicClock.Now());
        }

        Return(values, clock <= 1 ? Errno.Success : Errno.NotSupported);
    }

    private static void RandomGet(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (values[1].U32 > RandomFunctions.MaxBytes)
        {
            throw new GuestTrapException($"{values[1].U32} random bytes at once (at most {RandomFunctions.MaxBytes})");
        }

        var bytes = context.Memory(lowering).Slice(values[0].U32, values[1].U32);
        context.ChargeFuel(bytes.Length);
        RandomNumberGenerator.Fill(bytes);
        Return(values, Errno.Success);
    }

    private static void SchedYield(RequestContext context, Lowering lowering, ValRaw* values) => Return(values, Errno.Success);

    private static void ProcExit(RequestContext context, Lowering lowering, ValRaw* values) => throw new GuestExitException(values[0].I32);

    private static void ProcRaise(RequestContext context, Lowering lowering, ValRaw* values) => Return(values, Errno.NotSupported);
}
