using System.Runtime.InteropServices;
using System.Text.Json;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Artifacts;

/// <summary>
/// The <c>compile</c> verb: compiles one module and ends. Run in a process of its own, because compiling is where a hostile module can take the most time and
/// memory; that process has no credentials and is bounded and killed by its parent.
/// </summary>
public static class CompileCommand
{
    /// <summary>The verb that the host gives to <see cref="Run"/>.</summary>
    public const string Verb = "compile";

    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int Refused = 3;
    internal const int OutputFailed = 5;
    private const int Orphaned = 4;

    /// <summary>
    /// <c>compile INPUT OUTPUT-DIRECTORY</c>. Returns the exit code: 0 compiled; 3 refused, with a line <c>{"refusal":…,"message":…}</c> on stdout;
    /// 5 the input can't be read or the output not be written; else failed, with the reason on stderr. Ends the process when stdin ends: the parent is gone.
    /// </summary>
    public static int Run(string[] args)
    {
        if (args is not [Verb, var input, var output])
        {
            Console.Error.WriteLine("usage: compile INPUT OUTPUT-DIRECTORY");
            return Failed;
        }

        if (Console.IsInputRedirected)
        {
            new Thread(EndWithParent) { IsBackground = true, Name = "parent-watch" }.Start();
        }

        try
        {
            SandboxEngine.Compile(File.ReadAllBytes(input), output);
            return Done;
        }
        catch (HandlerRefusedException refused)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new CompileRefusal(refused.Refusal.ToString(), refused.Message), CompileRefusal.Json));
            return Refused;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(failure.Message);
            return OutputFailed;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or PlatformNotSupportedException)
        {
            Console.Error.WriteLine(failure.Message);
            return Failed;
        }
    }

    private static void EndWithParent()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> sink = stackalloc byte[64];
        while (input.Read(sink) > 0)
        {
        }

        // An orderly exit would wait for the native compiler. (A parent-death signal won't do: it fires when the *thread* that forked ends.)
        ExitNow(Orphaned);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void ExitNow(int code);
}
