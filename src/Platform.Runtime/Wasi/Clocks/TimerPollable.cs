using System.Diagnostics;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Clocks;

/// <summary>Ready from a tick of <see cref="Stopwatch"/> on.</summary>
internal sealed class TimerPollable(long readyAt) : Pollable
{
    /// <inheritdoc/>
    public override long ReadyAt => readyAt;

    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => Stopwatch.GetTimestamp() >= readyAt;
}
