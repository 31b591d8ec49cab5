using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>Always ready.</summary>
internal sealed class ReadyPollable : Pollable
{
    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => true;
}
