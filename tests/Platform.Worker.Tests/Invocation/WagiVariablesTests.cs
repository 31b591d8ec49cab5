using System.Net.Sockets;
using System.Text;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Invocation;

public sealed class WagiVariablesTests
{
    [Fact]
    public async Task Variables_SayWhatCgiSays()
    {
        var (variables, arguments, port) = await RunAsync(
            "POST /base/caf%C3%A9/x?a=1&b=two HTTP/1.1", "Content-Type: text/plain", "Content-Length: 2", "X-Two-Words: v", "X-Twice: 1", "X-Twice: 2");

        Assert.Equal("POST", variables["REQUEST_METHOD"]);
        Assert.Equal("/base", variables["SCRIPT_NAME"]);
        Assert.Equal("/café/x", variables["PATH_INFO"]);
        Assert.Equal("/café/x", variables["PATH_TRANSLATED"]);
        Assert.Equal("a=1&b=two", variables["QUERY_STRING"]);
        Assert.Equal("text/plain", variables["CONTENT_TYPE"]);
        Assert.Equal("2", variables["CONTENT_LENGTH"]);
        Assert.Equal("CGI/1.1", variables["GATEWAY_INTERFACE"]);
        Assert.Equal("HTTP/1.1", variables["SERVER_PROTOCOL"]);
        Assert.Equal("WAGI/1", variables["SERVER_SOFTWARE"]);
        Assert.Equal("shop.test", variables["SERVER_NAME"]);
        Assert.Equal(port, variables["SERVER_PORT"]);
        Assert.Equal("127.0.0.1", variables["REMOTE_ADDR"]);
        Assert.Equal("127.0.0.1", variables["REMOTE_HOST"]);
        Assert.Equal("", variables["REMOTE_USER"]);
        Assert.Equal("", variables["AUTH_TYPE"]);
        Assert.Equal("/base/...", variables["X_MATCHED_ROUTE"]);
        Assert.Equal("/base", variables["X_COMPONENT_ROUTE"]);
        Assert.Equal($"http://shop.test:{port}/base/caf%C3%A9/x?a=1&b=two", variables["X_FULL_URL"]);
        Assert.Equal("v", variables["HTTP_X_TWO_WORDS"]);
        Assert.Equal("1, 2", variables["HTTP_X_TWICE"]);
        Assert.Equal("hi", variables["GREETING"]);
        Assert.Equal(["/base", "a=1", "b=two"], arguments);
    }

    [Theory]
    [InlineData("Proxy: http://evil.test")]
    [InlineData("pRoXy: http://evil.test")]
    public async Task Header_Proxy_DoesNotBecomeAVariable(string header)
    {
        var (variables, _, _) = await RunAsync("GET /base/ HTTP/1.1", header, "X-Other: 1");
        Assert.False(variables.ContainsKey("HTTP_PROXY"));
        Assert.Equal("1", variables["HTTP_X_OTHER"]);
    }

    [Fact]
    public async Task Header_CannotForgeAVariable()
    {
        var (variables, _, _) = await RunAsync("GET /base/ HTTP/1.1", "Greeting: forged", "Request-Method: forged", "Remote_User: forged");
        Assert.Equal("hi", variables["GREETING"]);
        Assert.Equal("GET", variables["REQUEST_METHOD"]);
        Assert.Equal("", variables["REMOTE_USER"]);
    }

    private static async Task<(Dictionary<string, string> Variables, IReadOnlyList<string> Arguments, string Port)> RunAsync(string line, params string[] headers)
    {
        SandboxRequest? seen = null;
        await using var server = await InvokerServer.StartAsync(new FakeRunner(request =>
        {
            seen = request;
            return Guest.Answer(request, "x");
        })
        { Kind = HandlerKinds.WagiCommand });
        var port = server.Client.BaseAddress!.Port;
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nHost: shop.test:{port}\r\n{string.Join("\r\n", headers)}\r\nConnection: close\r\n\r\nhi"));
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        return (seen!.Environment.ToDictionary(), seen.Arguments, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
