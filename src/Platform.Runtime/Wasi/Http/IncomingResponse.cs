using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The response to a request that the guest sent. Dropped before its body was taken, the connection is given up.</summary>
internal sealed class IncomingResponse(OutboundCall call) : Resource
{
    /// <summary>Head and body.</summary>
    public OutboundResponse Response { get; } = call.Response.Result;

    /// <summary>The body, the first time.</summary>
    public IncomingBody? TakeBody()
    {
        if (_isConsumed)
        {
            return null;
        }

        _isConsumed = true;
        return new IncomingBody(call.OpenBody(), call);
    }

    private bool _isConsumed;

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context)
    {
        if (!_isConsumed)
        {
            context.CloseCall(call);
        }
    }
}
