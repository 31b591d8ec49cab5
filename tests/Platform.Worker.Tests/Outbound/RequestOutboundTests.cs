using Platform.Runtime.Sandboxes;
using Platform.Worker.AppCalls;
using Platform.Worker.Logs;
using Platform.Worker.Outbound;
using Platform.Worker.Requests;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Outbound;

/// <summary>What a request may send, before anything is sent.</summary>
public sealed class RequestOutboundTests : IDisposable
{
    private readonly OutboundClients _clients = new(new OutboundConnector(new AddressPolicy([], [], () => new HashSet<int>())), TimeProvider.System);

    public void Dispose() => _clients.Dispose();

    [Theory]
    [InlineData("https", "example.com", "/", null)]
    [InlineData("https", "EXAMPLE.com:443", "no-slash", null)]
    [InlineData("https", "example.org", "/", HttpErrorCode.HttpRequestDenied)]
    [InlineData("http", "example.com", "/", HttpErrorCode.HttpRequestDenied)]
    [InlineData("https", "example.com@evil.org", "/", HttpErrorCode.HttpRequestUriInvalid)]
    [InlineData("https", "", "/", HttpErrorCode.HttpRequestDenied)]
    [InlineData("https", "exa mple.com", "/", HttpErrorCode.HttpRequestUriInvalid)]
    [InlineData("ftp", "example.com", "/", HttpErrorCode.HttpProtocolError)]
    public void Refuse_ByUrl(string scheme, string authority, string path, HttpErrorCode? expected) =>
        Assert.Equal(expected, Begin(50).Refuse(Request(scheme, authority, path)));

    [Fact]
    public void Refuse_BeyondTheLimit_EachFurtherRequest()
    {
        var outbound = Begin(2);
        Assert.Null(outbound.Refuse(Request("https", "example.com", "/")));
        Assert.Equal(HttpErrorCode.HttpRequestDenied, outbound.Refuse(Request("https", "example.org", "/")));
        Assert.Null(outbound.Refuse(Request("https", "example.com", "/")));
        Assert.Equal(HttpErrorCode.ConnectionLimitReached, outbound.Refuse(Request("https", "example.com", "/")));
    }

    [Fact]
    public void Refuse_AgainAndAgain_FillsNoLog()
    {
        var sink = new CollectingLogSink();
        var log = new RequestLog(sink, TimeProvider.System);
        var outbound = Begin(50, log);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(HttpErrorCode.HttpRequestDenied, outbound.Refuse(Request("https", "example.org", "/")));
        }

        log.End();
        Assert.Equal(10, sink.Records.Count);
        Assert.Contains("add \"https://example.org\" to allowed_outbound_hosts", sink.Records[0].Text, StringComparison.Ordinal);
    }

    private RequestOutbound Begin(int requests, RequestLog? log = null)
    {
        log ??= new RequestLog(new CollectingLogSink(), TimeProvider.System);
        log.Begin(new LogIdentity("acme", "app", 1, "web", "id"), 1000);
        var outbound = new RequestOutbound(_clients, new AppCallHandler(null!), log, new HostCalls(TimeProvider.System));
        outbound.Begin(new AppCaller("acme", "app", 1, "id", 0), new AllowedHosts(["https://example.com"]), requests, null);
        return outbound;
    }

    private static OutboundRequest Request(string scheme, string authority, string path) =>
        new() { Method = "GET", Scheme = scheme, Authority = authority, PathWithQuery = path, Headers = [] };
}
