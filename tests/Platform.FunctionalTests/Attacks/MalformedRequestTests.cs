using System.Globalization;
using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Attacks;

/// <summary>Attack B15: requests that two servers would read differently, byte by byte, at the API and at an app. None is answered as the attacker wants, and nothing after it on the connection is taken for a request.</summary>
public sealed partial class MalformedRequestTests(SharedPlatform platform)
{
    // What would be smuggled: it would be answered 200.
    private const string Smuggled = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    public static TheoryData<string, string> Malformed => new()
    {
        { "content-length beside transfer-encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "transfer-encoding beside content-length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { "two content-lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" },
        { "two content-lengths in one", "Content-Length: 5, 6\r\n\r\nhello" },
        { "a negative content-length", "Content-Length: -1\r\n\r\n" },
        { "a content-length that wraps", "Content-Length: 18446744073709551621\r\n\r\nhello" },
        { "transfer-encoding not ending in chunked", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
        { "another transfer-encoding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
        { "two transfer-encodings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
        { "obs-fold", "X-One: a\r\n b\r\n\r\n" },
        { "obs-fold with a tab", "X-One: a\r\n\tTransfer-Encoding: chunked\r\n\r\n" },
        { "a space before the colon", "Content-Length : 5\r\n\r\nhello" },
        { "a NUL in a value", "X-One: a\0b\r\n\r\n" },
        { "a bare CR in a value", "X-One: a\rX-Two: b\r\n\r\n" },
        { "no colon", "X-One\r\n\r\n" },
        { "no name", ": a\r\n\r\n" },
        { "a chunk size that isn't hexadecimal", "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n" },
        { "a chunk size with a sign", "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n" },
        { "a chunk size that wraps", "Transfer-Encoding: chunked\r\n\r\n100000000000000005\r\nhello\r\n0\r\n\r\n" },
        { "a chunk without its end", "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n" },
        { "a bare LF in a chunk's extension", "Transfer-Encoding: chunked\r\n\r\n5;a\nhello\r\n0\r\n\r\n" },
    };

    /// <summary>At the API, where a POST without a token would be answered 401 and go on.</summary>
    [Theory, MemberData(nameof(Malformed))]
    public async Task Request_MalformedAtTheApi_IsRefusedAndTheConnectionClosed(string what, string rest)
    {
        await AssertRefusedAsync(what, $"POST /v1/invitations/accept HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{rest}{Smuggled}");
    }

    /// <summary>At an app: its guest echoes a body, so nothing of it may come back as if it had been one.</summary>
    [Theory, MemberData(nameof(Malformed))]
    public async Task Request_MalformedAtAnApp_IsRefusedAndTheConnectionClosed(string what, string rest)
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("echo", "c-echo");
        await AssertRefusedAsync(what, $"POST /echo HTTP/1.1\r\nHost: {tenant.HostOf("echo")}\r\n{rest}{Smuggled}");
        using var clean = await tenant.GetAsync("echo", "/info");
        Assert.Equal(200, (int)clean.StatusCode);
    }

    /// <summary>A line that ends in LF alone is a line (RFC 9112 section 2.2); it must then be one for all that follows.</summary>
    [Fact]
    public async Task Request_LinesThatEndInLfAlone_AreRefusedOrReadAsLines()
    {
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync("POST /v1/invitations/accept HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 2\n\n{}" + Smuggled.Replace("/healthz", "/v1/tenants", StringComparison.Ordinal));
        var statuses = Statuses(await connection.ReadToEndAsync("HTTP/1.1 401"));
        Assert.True(statuses is [400] or [400, 401], string.Join(' ', statuses));
    }

    /// <summary>Requests one after the other in one packet, the first whose body nobody reads: each is answered by itself.</summary>
    [Fact]
    public async Task Requests_Pipelined_AreAnsweredOneByOne()
    {
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync("POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + Smuggled.Length + "\r\n\r\n" + Smuggled + "GET /v1/tenants HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Equal([404, 401], Statuses(await connection.ReadToEndAsync()));
    }

    private async Task AssertRefusedAsync(string what, string request)
    {
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync(request);
        var statuses = Statuses(await connection.ReadToEndAsync());
        Assert.True(statuses is [400] or [501], $"{what}: {string.Join(' ', statuses)}");
    }

    private static List<int> Statuses(string received) => [.. StatusLine().Matches(received).Select(match => int.Parse(match.Groups["status"].ValueSpan, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"HTTP/1\.1 (?<status>\d{3}) ")]
    private static partial Regex StatusLine();
}
