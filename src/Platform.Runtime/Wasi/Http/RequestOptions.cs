using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>Timeouts of an outgoing request, nanoseconds; null is the default.</summary>
internal sealed class RequestOptions : Resource
{
    /// <summary>To connect, to the first byte, between bytes.</summary>
    public ulong?[] Timeouts { get; } = new ulong?[3];
}
