using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Sockets;

/// <summary>The resource types of <c>wasi:sockets</c> that are never made, because making them is refused.</summary>
internal sealed class NoSocket : Resource;
