using Platform.Runtime.Hosting;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Http;

/// <summary>A body that comes in; its stream can be taken once.</summary>
/// <param name="stream">The stream.</param>
/// <param name="call">The outgoing request whose response has this body; null for the client's request.</param>
internal sealed class IncomingBody(InputStream stream, OutboundCall? call = null) : Resource
{
    private InputStream? _stream = stream;

    /// <summary>The stream, the first time.</summary>
    public InputStream? TakeStream()
    {
        var stream = _stream;
        _stream = null;
        return stream;
    }

    /// <summary>The guest is done with it: the trailers that came.</summary>
    public FutureTrailers Finish(RequestContext context)
    {
        var trailers = new FutureTrailers(call is null ? context.RequestTrailers : call.Trailers);
        OnDrop(context);
        return trailers;
    }

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context)
    {
        if (call is not null)
        {
            context.CloseCall(call);
        }
    }
}
