using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

/// <summary>
/// Kills the process, as <c>kill -9</c> does, when it comes to the step that the file <c>PLATFORM_FAULT_FILE</c> names: <c>parent/span:start</c> or <c>parent/span:stop</c>, of the spans that the program makes for whoever
/// traces it. Without the file, or with an empty one, nothing happens.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for this name.")]
internal static class StartupHook
{
    private static string? _file;

    // Rooted for the life of the process.
    private static ActivityListener? _listener;

    public static void Initialize()
    {
        _file = Environment.GetEnvironmentVariable("PLATFORM_FAULT_FILE");
        if (string.IsNullOrEmpty(_file))
        {
            return;
        }

        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Microsoft.AspNetCore" || source.Name.StartsWith("Platform.", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = static activity => Reach(activity, "start"),
            ActivityStopped = static activity => Reach(activity, "stop"),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static void Reach(Activity activity, string phase)
    {
        if (File.Exists(_file) && File.ReadAllText(_file) == $"{activity.Parent?.OperationName}/{activity.OperationName}:{phase}")
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
