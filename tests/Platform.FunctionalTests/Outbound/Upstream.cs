using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.FunctionalTests.Outbound;

/// <summary>A server that guests call: plain HTTP/1.1, HTTPS with a certificate that the platform trusts, and HTTPS with one that it doesn't.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _signals = new();

    private Upstream(WebApplication app) => _app = app;

    public Uri Http => Url(0);

    public Uri Https => Url(1);

    public Uri Untrusted => Url(2);

    /// <summary>Starts it; writes the trusted certificate to a file.</summary>
    public static async Task<Upstream> StartAsync(string certificateFile)
    {
        var trusted = Certificate();
        await File.WriteAllTextAsync(certificateFile, trusted.ExportCertificatePem());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(trusted));
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate()));
        });
        builder.Services.AddLogging();
        var upstream = new Upstream(builder.Build());
        upstream._app.Run(upstream.AnswerAsync);
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>Something that a request and its test tell each other.</summary>
    public TaskCompletionSource Signal(string name) => _signals.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Uri Url(int index) => new(_app.Urls.ElementAt(index).Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        response.ContentType = "text/plain";
        response.Headers["x-protocol"] = request.Protocol;
        response.Headers["x-connection"] = http.Connection.Id;
        response.Headers["x-host"] = request.Host.Value;
        response.Headers["x-traceparent"] = request.Headers.TraceParent;
        response.Headers["x-test"] = request.Headers["x-test"];
        response.Headers["x-target"] = request.Path + request.QueryString;
        var name = request.Query["name"].ToString();
        switch (request.Path.Value)
        {
            case "/hello":
                response.StatusCode = 203;
                await response.WriteAsync("hello from upstream\n");
                return;
            case "/echo":
                using (var whole = new MemoryStream())
                {
                    // Whole first: the guest reads nothing before it has sent everything.
                    await request.Body.CopyToAsync(whole);
                    await response.Body.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length));
                }

                return;
            case "/gate":
                var first = await request.BodyReader.ReadAtLeastAsync(5);
                Signal(name).SetResult();
                request.BodyReader.AdvanceTo(first.Buffer.Start);
                await request.Body.CopyToAsync(response.Body);
                return;
            case "/drip":
                await response.WriteAsync("one\n");
                await response.Body.FlushAsync();
                await Signal(name).Task;
                await response.WriteAsync("two\n");
                return;
            case "/stall-head":
                await GoneAsync(http);
                Signal(name).SetResult();
                return;
            case "/stall-body":
                await response.WriteAsync("begun\n");
                await response.Body.FlushAsync();
                await GoneAsync(http);
                return;
            case "/break":
                response.ContentLength = 100;
                await response.WriteAsync("part");
                await response.Body.FlushAsync();
                await Signal(name).Task;
                http.Abort();
                return;
            case "/endless":
                var block = new byte[65536];
                while (!http.RequestAborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(block, http.RequestAborted);
                }

                return;
            case "/redirect":
                response.StatusCode = 302;
                response.Headers.Location = "http://169.254.169.254/latest/meta-data";
                return;
            case "/trailers":
                response.DeclareTrailer("x-after");
                await response.WriteAsync("body\n");
                response.AppendTrailer("x-after", "the end");
                return;
            default:
                response.StatusCode = 404;
                return;
        }
    }

    private static async Task GoneAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
