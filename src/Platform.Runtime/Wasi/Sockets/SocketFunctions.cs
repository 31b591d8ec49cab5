using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Sockets;

/// <summary>
/// <c>wasi:sockets@0.2</c>, refused: making a socket and resolving a name answer <c>access-denied</c>, so that there is no socket to call a method of and any
/// handle a guest passes is forged.
/// </summary>
internal static unsafe class SocketFunctions
{
    private const int AccessDenied = 1;

    // An ip-socket-address flattens to a discriminant and the eleven values of an IPv6 one.
    private const string Address = "iiiiiiiiiiii";

    private static readonly (string Name, string Signature)[] s_tcpMethods =
    [
        ("start-bind", $"ii{Address}i>"), ("finish-bind", "ii>"), ("start-connect", $"ii{Address}i>"), ("finish-connect", "ii>"),
        ("start-listen", "ii>"), ("finish-listen", "ii>"), ("accept", "ii>"), ("local-address", "ii>"), ("remote-address", "ii>"),
        ("is-listening", "i>i"), ("address-family", "i>i"), ("set-listen-backlog-size", "iIi>"), ("keep-alive-enabled", "ii>"),
        ("set-keep-alive-enabled", "iii>"), ("keep-alive-idle-time", "ii>"), ("set-keep-alive-idle-time", "iIi>"),
        ("keep-alive-interval", "ii>"), ("set-keep-alive-interval", "iIi>"), ("keep-alive-count", "ii>"), ("set-keep-alive-count", "iii>"),
        ("hop-limit", "ii>"), ("set-hop-limit", "iii>"), ("receive-buffer-size", "ii>"), ("set-receive-buffer-size", "iIi>"),
        ("send-buffer-size", "ii>"), ("set-send-buffer-size", "iIi>"), ("subscribe", "i>i"), ("shutdown", "iii>"),
    ];

    private static readonly (string Name, string Signature)[] s_udpMethods =
    [
        ("start-bind", $"ii{Address}i>"), ("finish-bind", "ii>"), ("stream", $"ii{Address}i>"), ("local-address", "ii>"), ("remote-address", "ii>"),
        ("address-family", "i>i"), ("unicast-hop-limit", "ii>"), ("set-unicast-hop-limit", "iii>"), ("receive-buffer-size", "ii>"),
        ("set-receive-buffer-size", "iIi>"), ("send-buffer-size", "ii>"), ("set-send-buffer-size", "iIi>"), ("subscribe", "i>i"),
    ];

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        functions.AddResource("wasi:sockets/network", "network", typeof(Network));
        functions.Add("wasi:sockets/network", "network-error-code", "ii>", &NetworkErrorCode);
        functions.Add("wasi:sockets/instance-network", "instance-network", ">i", &InstanceNetwork);
        functions.Add("wasi:sockets/tcp-create-socket", "create-tcp-socket", "ii>", &CreateSocket);
        functions.Add("wasi:sockets/udp-create-socket", "create-udp-socket", "ii>", &CreateSocket);
        functions.Add("wasi:sockets/ip-name-lookup", "resolve-addresses", "iiii>", &Resolve);
        functions.AddResource("wasi:sockets/ip-name-lookup", "resolve-address-stream", typeof(NoSocket));
        functions.Add("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address", "ii>", &Method);
        functions.Add("wasi:sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe", "i>i", &Method);
        functions.AddResource("wasi:sockets/tcp", "tcp-socket", typeof(NoSocket));
        foreach (var (name, signature) in s_tcpMethods)
        {
            functions.Add("wasi:sockets/tcp", $"[method]tcp-socket.{name}", signature, &Method);
        }

        functions.AddResource("wasi:sockets/udp", "udp-socket", typeof(NoSocket));
        foreach (var (name, signature) in s_udpMethods)
        {
            functions.Add("wasi:sockets/udp", $"[method]udp-socket.{name}", signature, &Method);
        }

        functions.AddResource("wasi:sockets/udp", "incoming-datagram-stream", typeof(NoSocket));
        functions.Add("wasi:sockets/udp", "[method]incoming-datagram-stream.receive", "iIi>", &Method);
        functions.Add("wasi:sockets/udp", "[method]incoming-datagram-stream.subscribe", "i>i", &Method);
        functions.AddResource("wasi:sockets/udp", "outgoing-datagram-stream", typeof(NoSocket));
        functions.Add("wasi:sockets/udp", "[method]outgoing-datagram-stream.check-send", "ii>", &Method);
        functions.Add("wasi:sockets/udp", "[method]outgoing-datagram-stream.send", "iiii>", &Method);
        functions.Add("wasi:sockets/udp", "[method]outgoing-datagram-stream.subscribe", "i>i", &Method);
    }

    private static void NetworkErrorCode(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<Io.IoError>(values[0].U32);
        context.Memory(lowering).Set8(values[1].U32, 0);
    }

    private static void InstanceNetwork(RequestContext context, Lowering lowering, ValRaw* values) =>
        values[0].U32 = context.Handles.Add(new Network());

    private static void CreateSocket(RequestContext context, Lowering lowering, ValRaw* values) => Deny(context, lowering, values[1].U32);

    private static void Resolve(RequestContext context, Lowering lowering, ValRaw* values)
    {
        context.Handles.Get<Network>(values[0].U32);
        Deny(context, lowering, values[3].U32);
    }

    private static void Method(RequestContext context, Lowering lowering, ValRaw* values) => context.Handles.Get<NoSocket>(values[0].U32);

    // result<own<…>, error-code>: the payload stands at 4.
    private static void Deny(RequestContext context, Lowering lowering, uint target)
    {
        var memory = context.Memory(lowering);
        memory.Set8(target, 1);
        memory.Set8(target + 4, AccessDenied);
    }
}
