using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Sockets;

/// <summary>The resource <c>network</c> of <c>wasi:sockets</c>: a token without any right.</summary>
internal sealed class Network : Resource;
