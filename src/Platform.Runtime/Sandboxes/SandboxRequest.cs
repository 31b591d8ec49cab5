using System.IO.Pipelines;

namespace Platform.Runtime.Sandboxes;

/// <summary>One request, or message, to run a handler for. Read on the guest thread only; reusable once the run has returned.</summary>
public sealed class SandboxRequest
{
    /// <summary>The platform's request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The payload of a message; null for an HTTP request. A message has nothing of what follows on requests, and no response.</summary>
    public ReadOnlyMemory<byte>? Message { get; init; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; init; } = "";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = "";

    /// <summary>The authority (Host) the client used.</summary>
    public string Authority { get; init; } = "";

    /// <summary>Path and query as received, undecoded.</summary>
    public string PathWithQuery { get; init; } = "";

    /// <summary>Header fields, in order, names in lower case.</summary>
    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    /// <summary>The request body; null when there is none.</summary>
    public PipeReader? Body { get; init; }

    /// <summary>The request's trailer fields, names in lower case; called once <see cref="Body"/> was read to its end. Null for none.</summary>
    public Func<IReadOnlyList<HeaderField>>? Trailers { get; init; }

    /// <summary>Environment variables of the component (<c>wasi:cli/environment</c>), and for WAGI the CGI variables.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Program arguments, the first being the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = ["handler"];

    /// <summary>The component's read-only files; null when it has none.</summary>
    public SandboxFiles? Files { get; init; }

    /// <summary>The hard limits in force.</summary>
    public required SandboxLimits Limits { get; init; }

    /// <summary>Where the response goes.</summary>
    public required ISandboxResponse Response { get; init; }

    /// <summary>Where the guest's stdout and stderr go.</summary>
    public required ISandboxLog Log { get; init; }

    /// <summary>Given back while the guest waits, taken again before it goes on.</summary>
    public required IRunPermit Permit { get; init; }

    /// <summary>The node's memory budget, charged with what the guest's memories really hold.</summary>
    public required IMemoryBudget Memory { get; init; }

    /// <summary>Sends the guest's own requests; null when it may send none.</summary>
    public IOutboundHttp? Outbound { get; init; }

    /// <summary>What the component's manifest grants it; null for nothing.</summary>
    public ISandboxCapabilities? Capabilities { get; init; }

    /// <summary>Is told of the host calls that wait for something; null for nobody.</summary>
    public ISandboxTrace? Trace { get; init; }

    /// <summary>Whether the processor time is to be measured (about half a microsecond).</summary>
    public bool MeasureCpu { get; init; }

    /// <summary>Cancelled when the client is gone; the guest is stopped.</summary>
    public CancellationToken Aborted { get; init; }
}
