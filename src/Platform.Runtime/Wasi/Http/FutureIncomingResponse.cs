using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>A response that is awaited. Dropped before it was taken, its request is given up.</summary>
internal sealed class FutureIncomingResponse(OutboundCall call) : Resource
{
    /// <summary>The request.</summary>
    public OutboundCall Call { get; } = call;

    /// <summary>Whether the result was taken.</summary>
    public bool IsTaken { get; set; }

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context)
    {
        if (!IsTaken)
        {
            context.CloseCall(Call);
        }
    }
}
