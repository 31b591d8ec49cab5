using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Filesystem;
using Platform.Runtime.Wasi.Http;
using Platform.Runtime.Wasi.Io;
using Platform.Runtime.Wasi.Preview1;

namespace Platform.Runtime.Hosting;

/// <summary>State of the WASI packages that belongs to a request.</summary>
internal sealed partial class RequestContext
{
    private PipeInputStream? _requestBody;
    private bool _requestBodyTaken;
    private readonly List<OutboundCall> _calls = [];

    /// <summary>The stream of the client's request body; it can be taken once, and is empty when there is no body.</summary>
    public InputStream? TakeRequestBody()
    {
        if (_requestBodyTaken)
        {
            return null;
        }

        _requestBodyTaken = true;
        return Request.Body is { } reader ? _requestBody = new PipeInputStream(reader) : new EmptyInputStream();
    }

    /// <summary>Trailers of the client's request; empty while its body wasn't read to its end.</summary>
    public IReadOnlyList<HeaderField> RequestTrailers => _requestBody is { HasEnded: true } && Request.Trailers is { } read ? read() : [];

    /// <summary>Keeps an outgoing request, so that it ends with this request at the latest.</summary>
    public void KeepCall(OutboundCall call) => _calls.Add(call);

    /// <summary>The guest is done with an outgoing request.</summary>
    public void CloseCall(OutboundCall call)
    {
        if (_calls.Remove(call))
        {
            call.Dispose();
        }
    }

    /// <summary>Connections that a request may have open.</summary>
    private const int MaxConnections = 16;

    private readonly List<IDisposable> _kept = [];

    /// <summary>Keeps a connection, so that it ends with this request at the latest.</summary>
    /// <exception cref="CapabilityException">It has too many.</exception>
    public void Keep(IDisposable connection)
    {
        if (_kept.Count == MaxConnections)
        {
            connection.Dispose();
            throw new CapabilityException($"a request may have {MaxConnections} connections open", failure: CapabilityFailure.TooManyConnections);
        }

        _kept.Add(connection);
    }

    /// <summary>The guest is done with a connection.</summary>
    public void Release(IDisposable connection)
    {
        _kept.Remove(connection);
        connection.Dispose();
    }

    /// <summary>The standard streams of a preview 1 guest.</summary>
    public Preview1State Preview1 { get; } = new();

    /// <summary>The contents of files that the request has open.</summary>
    public OpenContents Contents { get; } = new();

    private void EndWasi()
    {
        Contents.Reset();
        Preview1.Reset();
        _requestBody?.Close();
        _requestBody = null;
        _requestBodyTaken = false;
        foreach (var call in _calls)
        {
            call.Dispose();
        }

        _calls.Clear();
        foreach (var connection in _kept)
        {
            connection.Dispose();
        }

        _kept.Clear();
    }
}
