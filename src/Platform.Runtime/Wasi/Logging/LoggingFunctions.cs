using Platform.Runtime.Canonical;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Logging;

/// <summary><c>wasi:logging/logging</c> (draft of 0.1.0): lines of the app's log, each with a level.</summary>
internal static class LoggingFunctions
{
    /// <summary>Registers the interface.</summary>
    public static void Register(HostFunctions functions) =>
        functions.AddTyped("wasi:logging/logging", "log", [Abi.Enum(Enum.GetValues<SandboxLogLevel>().Length), Abi.Text, Abi.Text], null, Log);

    private static object? Log(RequestContext context, object?[] arguments)
    {
        context.Request.Log.Write((SandboxLogLevel)(int)arguments[0]!, (string)arguments[1]!, (string)arguments[2]!);
        return null;
    }
}
