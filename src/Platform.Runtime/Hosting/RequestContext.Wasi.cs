using Platform.Runtime.Components;
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

    private readonly List<Preview1State> _preview1 = [];

    /// <summary>The file descriptors of the component instance that runs, if it is a preview 1 guest.</summary>
    public Preview1State Preview1
    {
        get
        {
            while (_preview1.Count <= Component)
            {
                _preview1.Add(new Preview1State());
            }

            return _preview1[Component];
        }
    }

    /// <summary>How many files all of them have open.</summary>
    public HandleQuota Descriptors { get; } = new();

    /// <summary>Environment variables, as far as the component instance that runs may see them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment => Inherits(ConfigurationKeys.Environment) ? Request.Environment : [];

    /// <summary>Read-only files; null for none that the component instance that runs may see.</summary>
    public SandboxFiles? Files => Inherits(ConfigurationKeys.Files) ? Request.Files : null;

    /// <summary>Sends requests; null when the component instance that runs may send none.</summary>
    public IOutboundHttp? Outbound => Inherits(ConfigurationKeys.AllowedOutboundHosts) ? Request.Outbound : null;

    /// <summary>What the manifest grants under a key; null when it is nothing for the component instance that runs.</summary>
    public ISandboxCapabilities? Capabilities(ConfigurationKeys key) => Inherits(key) ? Request.Capabilities : null;

    /// <summary>The contents of files that the request has open.</summary>
    public OpenContents Contents { get; } = new();

    private bool Inherits(ConfigurationKeys key) => (_handler.Plan.Types.Components[Component] & key) != 0;

    private void EndWasi()
    {
        Contents.Reset();
        _preview1.ForEach(static state => state.Reset());
        if (_preview1.Count > KeptComponents)
        {
            _preview1.Clear();
        }

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
