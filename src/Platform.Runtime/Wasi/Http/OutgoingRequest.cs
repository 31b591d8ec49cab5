using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>A request that the guest builds.</summary>
internal sealed class OutgoingRequest(Fields headers) : Resource
{
    /// <summary>The method.</summary>
    public string Method { get; set; } = "GET";

    /// <summary>Path and query; null is the default.</summary>
    public string? PathWithQuery { get; set; }

    /// <summary>The scheme; null is the default.</summary>
    public string? Scheme { get; set; }

    /// <summary>The authority; null is the default.</summary>
    public string? Authority { get; set; }

    /// <summary>The fields.</summary>
    public Fields Headers { get; } = headers;

    /// <summary>The body, once the guest took it.</summary>
    public OutgoingBody? Body { get; set; }
}
