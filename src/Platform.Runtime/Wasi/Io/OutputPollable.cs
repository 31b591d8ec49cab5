using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>Ready when a write wouldn't wait.</summary>
internal sealed class OutputPollable(OutputStream stream) : Pollable
{
    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => stream.Check(context, out _) != StreamState.Pending;

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => stream.Arm(context);
}
