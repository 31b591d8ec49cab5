using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>Ready when the response head is there or the request has failed.</summary>
internal sealed class FuturePollable(OutboundCall call) : Pollable
{
    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => call.Response.IsCompleted;

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => ((Task)call.Response).GetAwaiter().UnsafeOnCompleted(context.Wake);
}
