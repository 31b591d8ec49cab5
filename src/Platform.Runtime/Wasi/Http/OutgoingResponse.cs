using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>A response that the guest builds.</summary>
internal sealed class OutgoingResponse(Fields headers) : Resource
{
    /// <summary>The status, 200 to 599.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The fields.</summary>
    public Fields Headers { get; } = headers;

    /// <summary>The body, once the guest took it.</summary>
    public OutgoingBody? Body { get; set; }
}
