using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The request as the guest sees it; what it says stands in <see cref="RequestContext.Request"/>.</summary>
internal sealed class IncomingRequest : Resource
{
    /// <summary>Whether the body was taken.</summary>
    public bool Consumed { get; set; }
}
