using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Cli;

/// <summary><c>wasi:cli@0.2</c>: environment, exit, standard streams, terminals (there are none).</summary>
internal static unsafe class CliFunctions
{
    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        functions.Add("wasi:cli/environment", "get-environment", "i>", &GetEnvironment);
        functions.Add("wasi:cli/environment", "get-arguments", "i>", &GetArguments);
        functions.Add("wasi:cli/environment", "initial-cwd", "i>", &None);
        functions.Add("wasi:cli/exit", "exit", "i>", &Exit);
        functions.Add("wasi:cli/exit", "exit-with-code", "i>", &Exit);
        functions.Add("wasi:cli/stdin", "get-stdin", ">i", &Stdin);
        functions.Add("wasi:cli/stdout", "get-stdout", ">i", &Stdout);
        functions.Add("wasi:cli/stderr", "get-stderr", ">i", &Stderr);
        functions.AddResource("wasi:cli/terminal-input", "terminal-input", typeof(Terminal));
        functions.AddResource("wasi:cli/terminal-output", "terminal-output", typeof(Terminal));
        functions.Add("wasi:cli/terminal-stdin", "get-terminal-stdin", "i>", &None);
        functions.Add("wasi:cli/terminal-stdout", "get-terminal-stdout", "i>", &None);
        functions.Add("wasi:cli/terminal-stderr", "get-terminal-stderr", "i>", &None);
    }

    private static void GetEnvironment(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var environment = context.Environment;
        var array = environment.Count == 0 ? 0 : context.Allocate(lowering, (uint)environment.Count * 16, 4);
        for (var i = 0; i < environment.Count; i++)
        {
            context.WriteString(lowering, array + ((uint)i * 16), environment[i].Key);
            context.WriteString(lowering, array + ((uint)i * 16) + 8, environment[i].Value);
        }

        WriteList(context, lowering, values[0].U32, array, environment.Count);
    }

    private static void GetArguments(RequestContext context, Lowering lowering, ValRaw* values)
    {
        var arguments = context.Request.Arguments;
        var array = arguments.Count == 0 ? 0 : context.Allocate(lowering, (uint)arguments.Count * 8, 4);
        for (var i = 0; i < arguments.Count; i++)
        {
            context.WriteString(lowering, array + ((uint)i * 8), arguments[i]);
        }

        WriteList(context, lowering, values[0].U32, array, arguments.Count);
    }

    private static void WriteList(RequestContext context, Lowering lowering, uint target, uint array, int count)
    {
        var memory = context.Memory(lowering);
        memory.Set32(target, array);
        memory.Set32(target + 4, (uint)count);
    }

    private static void None(RequestContext context, Lowering lowering, ValRaw* values) =>
        context.Memory(lowering).Set8(values[0].U32, 0);

    // exit(result): 0 is ok. exit-with-code(u8): 0 is success.
    private static void Exit(RequestContext context, Lowering lowering, ValRaw* values) => throw new GuestExitException(values[0].I32 & 0xff);

    private static void Stdin(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new EmptyInputStream());

    private static void Stdout(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new LogOutputStream(isError: false));

    private static void Stderr(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new LogOutputStream(isError: true));
}
