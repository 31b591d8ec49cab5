using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>Ready when a read wouldn't wait.</summary>
internal sealed class InputPollable(InputStream stream) : Pollable
{
    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => stream.Peek(context, out _) != StreamState.Pending;

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => stream.Arm(context);
}
