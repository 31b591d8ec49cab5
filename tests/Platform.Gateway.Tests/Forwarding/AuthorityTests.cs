using System.Net.Sockets;
using System.Text;
using Platform.Gateway.Tests.Hosting;

namespace Platform.Gateway.Tests.Forwarding;

/// <summary>B16 over HTTP/2: a Host field beside <c>:authority</c>, which no client library sends.</summary>
public sealed class AuthorityTests
{
    private const byte Headers = 1;

    [Fact]
    public async Task Http2_HostUnlikeTheAuthority_IsTheAuthoritys()
    {
        await using var server = await GatewayServer.StartAsync();
        server.Snapshots.Add("acme", "other", 1, true, "/...");
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.WebSocketUrl.Port);
        await using var stream = client.GetStream();

        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(Frame(4, 0, 0, []));
        await stream.WriteAsync(Frame(
            Headers,
            flags: 5,
            stream: 1,
            Fields((":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "shop--acme.localhost"), ("host", "other--acme.localhost"))));
        await ReadUntilAsync(stream, Headers);

        Assert.Equal("shop", Assert.Single(server.Invoker.Targets).App);
        Assert.Equal("shop--acme.localhost", server.Invoker.Fields["Host"]);
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, (byte)stream, .. payload];

    // HPACK's plainest form: literals without indexing and Huffman.
    private static byte[] Fields(params (string Name, string Value)[] fields) =>
        [.. fields.SelectMany(static field => (byte[])[0, (byte)field.Name.Length, .. Encoding.ASCII.GetBytes(field.Name), (byte)field.Value.Length, .. Encoding.ASCII.GetBytes(field.Value)])];

    private static async Task ReadUntilAsync(NetworkStream stream, byte type)
    {
        var head = new byte[9];
        do
        {
            await stream.ReadExactlyAsync(head).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            await stream.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]]);
        }
        while (head[3] != type);
    }
}
