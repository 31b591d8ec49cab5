using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Tls;

/// <summary>Listening with TLS: versions, HTTP/2 and what runs over it, certificates that change, and what plain HTTP still gets.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private TlsPlatform _platform = null!;

    public async ValueTask InitializeAsync() => _platform = await TlsPlatform.StartAsync();

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task Https_BaseDomainAndApps_AreServedOverHttp2WithStrictTransport()
    {
        var tenant = await _platform.Server.CreateTenantAsync("acme");
        await tenant.DeployManifestAsync("app", Static("x-app = \"1\""));
        await tenant.DeployManifestAsync("own", Static("strict-transport-security = \"max-age=5\""));

        var health = await _platform.CurlAsync(TlsPlatform.BaseDomain, "/healthz");
        Assert.StartsWith("HTTP/2 200", health, StringComparison.Ordinal);
        Assert.Contains("strict-transport-security: max-age=31536000", health, StringComparison.Ordinal);

        var app = await _platform.CurlAsync("app--acme." + TlsPlatform.AppsDomain);
        Assert.StartsWith("HTTP/2 200", app, StringComparison.Ordinal);
        Assert.Contains("x-app: 1", app, StringComparison.Ordinal);
        Assert.Contains("strict-transport-security: max-age=31536000", app, StringComparison.Ordinal);

        var own = await _platform.CurlAsync("own--acme." + TlsPlatform.AppsDomain, "/", "https", "--http1.1");
        Assert.StartsWith("HTTP/1.1 200", own, StringComparison.Ordinal);
        Assert.Equal(["strict-transport-security: max-age=5"], own.ToLowerInvariant().Split('\n').Where(line => line.StartsWith("strict-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Http2_GuestsStreamed_HaveTrailersAndResets()
    {
        var tenant = await _platform.Server.CreateTenantAsync("acme");
        await tenant.DeployManifestAsync("app", Manifests.For("app.wasm", receipts: true), ("app.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-faults"))));
        using var http = Http2();

        using var streamed = await http.SendAsync(Request("app--acme." + TlsPlatform.AppsDomain, "/slow"));
        Assert.Equal(HttpVersion.Version20, streamed.Version);
        await streamed.Content.ReadAsStringAsync();
        Assert.StartsWith("meter=1, version=1, fuel=", Assert.Single(streamed.TrailingHeaders.GetValues("platform-receipt")), StringComparison.Ordinal);

        // Over the body's limit once the head is out: the stream is reset, the connection goes on.
        await tenant.DeployManifestAsync(
            "echo", Manifests.For("app.wasm", "request-body-bytes = 300000"), ("app.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-echo"))));
        var headCame = new TaskCompletionSource();
        using var endless = Request("echo--acme." + TlsPlatform.AppsDomain, "/echo");
        endless.Method = HttpMethod.Post;
        endless.Content = new GatedContent(250_000, headCame.Task, 100_000);
        using var broken = await http.SendAsync(endless, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, broken.StatusCode);
        headCame.SetResult();
        var failure = await Record.ExceptionAsync(() => broken.Content.ReadAsByteArrayAsync());
        while (failure is not (null or HttpProtocolException))
        {
            failure = failure.InnerException;
        }

        Assert.NotNull(failure);

        using var after = await http.SendAsync(Request("app--acme." + TlsPlatform.AppsDomain, "/slow"));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable CA5397, SYSLIB0039 // The old version is what is to be refused.
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore CA5397, SYSLIB0039
    public async Task Handshake_Version_IsTls12AtLeast(SslProtocols version, bool accepted)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _platform.Port);
        await using var tls = new SslStream(client.GetStream(), false, Trusting);
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = TlsPlatform.BaseDomain, EnabledSslProtocols = version });
        if (accepted)
        {
            await handshake;
            Assert.Equal(version, tls.SslProtocol);
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        }
    }

    [Fact]
    public async Task Handshake_NoServerNameOrAnUnknownOne_GetsTheOperatorsCertificate()
    {
        foreach (var name in (string[])["", "unknown.test"])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _platform.Port);
            await using var tls = new SslStream(client.GetStream(), false, Trusting);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name });
            Assert.Equal("CN=" + TlsPlatform.BaseDomain, tls.RemoteCertificate!.Subject);
        }
    }

    [Fact]
    public async Task Certificate_FileChanges_IsServedAndHalfAnOneIsNot()
    {
        Assert.Equal(0, await _platform.CurlCodeAsync(TlsPlatform.BaseDomain));
        var (certificate, key) = _platform.Certificates.Issue("other.test");

        // Half of a change: the certificate is new, the key isn't yet.
        await File.WriteAllTextAsync(_platform.CertificateFile, certificate);
        await EventuallyAsync(() => Task.FromResult(_platform.Server.Process.Output.Contains($"{_platform.CertificateFile} with the key {_platform.KeyFile} can't be used", StringComparison.Ordinal)));
        Assert.Equal(0, await _platform.CurlCodeAsync(TlsPlatform.BaseDomain));

        await File.WriteAllTextAsync(_platform.KeyFile, key);
        await EventuallyAsync(async () => await _platform.CurlCodeAsync("other.test") == 0);
        Assert.Equal(60, await _platform.CurlCodeAsync(TlsPlatform.BaseDomain));
        Assert.Single(_platform.Server.Process.Output.Split('\n'), line => line.Contains("can't be used", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlainHttp_Pages_AreRedirectedWithPathAndQueryAsTheyCame()
    {
        foreach (var (host, path) in ((string, string)[])[
            (TlsPlatform.BaseDomain, "/a/%2e%2E/b?x=%20&y=//"), ("app--acme." + TlsPlatform.AppsDomain, "//evil.test/%2F?q"), (TlsPlatform.BaseDomain, "/")])
        {
            var answer = await _platform.CurlAsync(host, path, "http");
            Assert.StartsWith("HTTP/1.1 308", answer, StringComparison.Ordinal);
            Assert.Contains($"Location: https://{host}:{_platform.Port}{path}\n", answer.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PlainHttp_Token_IsRefusedAsExposed()
    {
        var answer = await _platform.CurlAsync(TlsPlatform.BaseDomain, "/v1/tenants", "http", "-H", $"Authorization: Bearer {_platform.Server.OperatorToken}");
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Contains("urn:platform:problem:https-required", answer, StringComparison.Ordinal);
        Assert.Contains($"https://{TlsPlatform.BaseDomain}:{_platform.Port}", answer, StringComparison.Ordinal);
        Assert.Contains("consider it exposed", answer, StringComparison.Ordinal);

        var post = await _platform.CurlAsync("app--acme." + TlsPlatform.AppsDomain, "/", "http", "--data", "x=1");
        Assert.StartsWith("HTTP/1.1 403", post, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.test")]
    [InlineData("apps.test")]
    [InlineData("evil.platform.test")]
    public async Task PlainHttp_HostThatIsNotServed_IsNotRedirected(string host) =>
        Assert.StartsWith("HTTP/1.1 404", await _platform.CurlAsync(host, "/", "http"), StringComparison.Ordinal);

    [Fact]
    public async Task PlainHttp_OnThisMachineByItsAddress_IsServed()
    {
        using var response = await _platform.Server.SendAsync(HttpMethod.Get, "/v1/tenants", _platform.Server.OperatorToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
        using var redirected = await _platform.Server.Http.SendAsync(forwarded);
        Assert.Equal(HttpStatusCode.PermanentRedirect, redirected.StatusCode);
        Assert.Equal(new Uri($"https://{TlsPlatform.BaseDomain}:{_platform.Port}/"), redirected.Headers.Location);
    }

    [Fact]
    public async Task PlainHttp_HealthProbe_IsServed() =>
        Assert.StartsWith("HTTP/1.1 200", await _platform.CurlAsync(TlsPlatform.BaseDomain, "/readyz", "http"), StringComparison.Ordinal);

    private static string Static(string header) =>
        $$"""
        spin_manifest_version = 2

        [application]
        name = "test"
        version = "1.0.0"

        [[trigger.http]]
        route = "/..."
        static_response = { status_code = 200, headers = { {{header}} }, body = "static" }
        """;

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < ServerProcess.Patience, "it didn't come about");
            await Task.Delay(100);
        }
    }

    private HttpRequestMessage Request(string host, string path) => new(HttpMethod.Get, $"https://127.0.0.1:{_platform.Port}{path}")
    {
        Headers = { Host = host },
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static HttpClient Http2() => new(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Trusting } });

    // The tests look at the certificate themselves, or have curl judge it.
    private static bool Trusting(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;
}
