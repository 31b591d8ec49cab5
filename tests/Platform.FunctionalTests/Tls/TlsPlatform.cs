using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.FunctionalTests.Tls;

/// <summary>A platform with an https and an http address, whose public URL is https, and curl, which trusts the test's authority alone.</summary>
internal sealed class TlsPlatform : IAsyncDisposable
{
    public const string BaseDomain = "platform.test";
    public const string AppsDomain = "apps.test";

    private readonly TemporaryDirectory _directory;

    private TlsPlatform(TemporaryDirectory directory, TestCertificates certificates, PlatformServer server, int port)
    {
        _directory = directory;
        Certificates = certificates;
        Server = server;
        Port = port;
        File.WriteAllText(AuthorityFile, certificates.AuthorityPem);
    }

    public TestCertificates Certificates { get; }

    public PlatformServer Server { get; }

    /// <summary>Of the https address.</summary>
    public int Port { get; }

    public string CertificateFile => _directory.Combine("tls.crt");

    public string KeyFile => _directory.Combine("tls.key");

    private string AuthorityFile => _directory.Combine("ca.pem");

    public static async Task<TlsPlatform> StartAsync(Dictionary<string, string>? more = null)
    {
        var directory = new TemporaryDirectory();
        var certificates = new TestCertificates();
        var (certificate, key) = certificates.Issue(BaseDomain, "*." + AppsDomain);
        await File.WriteAllTextAsync(directory.Combine("tls.crt"), certificate);
        await File.WriteAllTextAsync(directory.Combine("tls.key"), key);
        var port = TestPorts.Next();
        var settings = new Dictionary<string, string>
        {
            ["Platform__BaseDomain"] = BaseDomain,
            ["Platform__AppsDomain"] = AppsDomain,
            ["Platform__PublicUrl"] = $"https://{BaseDomain}:{port}",
            ["Platform__Tls__CertificatePath"] = directory.Combine("tls.crt"),
            ["Platform__Tls__KeyPath"] = directory.Combine("tls.key"),
        };
        foreach (var (name, value) in more ?? [])
        {
            settings[name] = value;
        }

        var server = await PlatformServer.StartAsync(directory.Combine("data"), settings: settings, url: $"http://127.0.0.1:0;https://127.0.0.1:{port}");
        return new TlsPlatform(directory, certificates, server, port);
    }

    /// <summary>What curl gets: head and body. <paramref name="scheme"/> says which address.</summary>
    public async Task<string> CurlAsync(string host, string path = "/", string scheme = "https", params string[] options)
    {
        var port = scheme == "https" ? Port : Server.Url.Port;
        var (code, output, errors) = await RunAsync(
            ["--include", "--cacert", AuthorityFile, "--resolve", $"{host}:{port}:127.0.0.1", .. options, $"{scheme}://{host}:{port}{path}"]);
        Assert.True(code == 0, $"curl ended with {code}: {errors}");
        return output;
    }

    /// <summary>How curl ends, 60 when it doesn't trust the certificate.</summary>
    public async Task<int> CurlCodeAsync(string host, params string[] options) => (await RunAsync(
        ["--cacert", AuthorityFile, "--resolve", $"{host}:{Port}:127.0.0.1", .. options, $"https://{host}:{Port}/healthz"])).Code;

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] options)
    {
        await using var curl = ServerProcess.Start("curl", ["--silent", "--show-error", "--path-as-is", .. options], new Dictionary<string, string>(), _directory.Path);
        var code = await curl.WaitForExitAsync();
        return (code, curl.Output, curl.Errors);
    }
}
