using Platform.Runtime.Wasi.Http;
using Platform.Runtime.Wasi.Io;
using Platform.Runtime.Wasi.Preview1;

namespace Platform.Runtime.Hosting;

/// <summary>State of the WASI packages that belongs to a request.</summary>
internal sealed partial class RequestContext
{
    private RequestBodyStream? _requestBody;
    private bool _requestBodyTaken;

    /// <summary>The stream of the client's request body; it can be taken once, and is empty when there is no body.</summary>
    public InputStream? TakeRequestBody()
    {
        if (_requestBodyTaken)
        {
            return null;
        }

        _requestBodyTaken = true;
        return Request.Body is { } reader ? _requestBody = new RequestBodyStream(reader) : new EmptyInputStream();
    }

    /// <summary>The standard streams of a preview 1 guest.</summary>
    public Preview1State Preview1 { get; } = new();

    private void EndWasi()
    {
        Preview1.Reset();
        _requestBody?.Close();
        _requestBody = null;
        _requestBodyTaken = false;
    }
}
