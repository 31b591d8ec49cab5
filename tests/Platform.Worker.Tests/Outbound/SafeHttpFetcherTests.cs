using System.Net;
using System.Net.Sockets;
using System.Text;
using Platform.Contracts.Http;
using Platform.Worker.Outbound;

namespace Platform.Worker.Tests.Outbound;

/// <summary>What the platform gets from where a tenant says.</summary>
public sealed class SafeHttpFetcherTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public SafeHttpFetcherTests() => _server.Start();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Get_LoopbackNotAllowed_ReachesNobody()
    {
        Assert.Equal(SafeHttpAnswer.None, await GetAsync([], TimeSpan.FromSeconds(10)));
        Assert.False(_server.Pending());
    }

    [Fact]
    public async Task Get_Redirect_IsAnAnswerAndNotFollowed()
    {
        var serving = AnswerAsync("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
        var answer = await GetAsync(["127.0.0.0/8"], TimeSpan.FromSeconds(10));
        Assert.Equal(302, answer.Status);
        Assert.Contains("GET /.well-known/platform-challenge HTTP/1.1", await serving, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_EndlessBody_IsCut()
    {
        var serving = AnswerAsync("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 5000));
        var answer = await GetAsync(["127.0.0.0/8"], TimeSpan.FromSeconds(10));
        Assert.Equal(1024, answer.Body.Length);
        await serving;
    }

    [Fact]
    public async Task Get_NoAnswer_EndsInItsTime() => Assert.Equal(SafeHttpAnswer.None, await GetAsync(["127.0.0.0/8"], TimeSpan.FromMilliseconds(200)));

    private async Task<SafeHttpAnswer> GetAsync(string[] allowed, TimeSpan timeout)
    {
        using var fetcher = new SafeHttpFetcher(new OutboundConnector(new AddressPolicy([.. allowed.Select(static one => IPNetwork.Parse(one))], [], static () => new HashSet<int>())));
        return await fetcher.GetAsync(
            new Uri($"http://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}/.well-known/platform-challenge"), 1024, timeout, CancellationToken.None);
    }

    private async Task<string> AnswerAsync(string text)
    {
        using var client = await _server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var head = new byte[4096];
        var count = await stream.ReadAsync(head);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        return Encoding.ASCII.GetString(head, 0, count);
    }
}
