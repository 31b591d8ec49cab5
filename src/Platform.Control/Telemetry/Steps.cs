using System.Diagnostics;

namespace Platform.Control.Telemetry;

/// <summary>The steps that take a request time, or after which something stands, as spans of its trace. What runs in the background makes none, but for what a request left it to do.</summary>
internal static class Steps
{
    private static readonly ActivitySource Source = new("Platform.Control");

    /// <summary>Begins a step of the trace there is; null when nobody traces.</summary>
    public static Activity? Begin(string name) => Activity.Current is null ? null : Source.StartActivity(name);

    /// <summary>Begins a trace of its own; null when nobody traces.</summary>
    public static Activity? BeginTrace(string name) => Source.StartActivity(name);
}
