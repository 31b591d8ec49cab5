using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.FunctionalTests.Hosting;

/// <summary>A platform that runs, and what an operator does with it.</summary>
internal sealed class PlatformServer : IAsyncDisposable
{
    private readonly TemporaryDirectory? _ownDirectory;

    private PlatformServer(ServerProcess process, Uri url, string dataDirectory, TemporaryDirectory? ownDirectory)
    {
        Process = process;
        Url = url;
        DataDirectory = dataDirectory;
        _ownDirectory = ownDirectory;
        Http = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        })
        {
            BaseAddress = url,
            Timeout = ServerProcess.Patience,
        };
    }

    public ServerProcess Process { get; }

    public Uri Url { get; }

    public string DataDirectory { get; }

    public HttpClient Http { get; }

    public string OperatorToken => File.ReadAllText(Path.Combine(DataDirectory, "operator-token")).Trim();

    /// <summary>Starts the program on a free port; with a new data directory of its own unless one is given.</summary>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="demo">Whether it deploys the sample app.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="compiled">A guest that is compiled already in the new data directory.</param>
    public static async Task<PlatformServer> StartAsync(
        string? dataDirectory = null, bool demo = false, IReadOnlyDictionary<string, string>? settings = null, string? url = null, string? compiled = null)
    {
        var own = dataDirectory is null ? new TemporaryDirectory() : null;
        var directory = dataDirectory ?? own!.Combine("data");
        if (compiled is not null)
        {
            await CompiledGuests.PutAsync(compiled, directory);
        }

        var process = ServerProcess.Start(
            Repository.HostProgram,
            ["--urls", url ?? $"http://127.0.0.1:{TestPorts.Next()}", "--data-dir", directory, "--demo", demo ? "true" : "false"],
            settings ?? new Dictionary<string, string>(),
            own?.Path ?? Path.GetTempPath());
        try
        {
            var listening = await process.LineAsync("listening on");
            return new PlatformServer(process, new Uri(listening), directory, own);
        }
        catch
        {
            await process.DisposeAsync();
            own?.Dispose();
            throw;
        }
    }

    /// <summary>A process that is part of a platform whose operator's token another data directory has.</summary>
    public static async Task<PlatformServer> AttachAsync(ServerProcess process, string controlDirectory) =>
        new(process, new Uri(await process.LineAsync("listening on")), controlDirectory, ownDirectory: null);

    /// <summary>A request to the API.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>A new tenant with a developer's token.</summary>
    public async Task<Tenant> CreateTenantAsync(string name)
    {
        using var created = await SendAsync(HttpMethod.Post, "/v1/tenants", OperatorToken, JsonContent.Create(new { name }));
        await ExpectAsync(created, HttpStatusCode.Created);
        using var token = await SendAsync(
            HttpMethod.Post, $"/v1/tenants/{name}/tokens", OperatorToken, JsonContent.Create(new { name = "test", role = "developer" }));
        var body = await ExpectAsync(token, HttpStatusCode.Created);
        return new Tenant(this, name, body["token"]!.GetValue<string>());
    }

    /// <summary>A request to an app by its Host header, so that nothing resolves names.</summary>
    public Task<HttpResponseMessage> GetAppAsync(string host, string path = "/") => SendToAppAsync(new HttpRequestMessage(HttpMethod.Get, path), host);

    /// <summary>A request to an app by its Host header.</summary>
    public async Task<HttpResponseMessage> SendToAppAsync(
        HttpRequestMessage request, string host, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        request.Headers.Host = host;
        return await Http.SendAsync(request, completion);
    }

    /// <summary>Tells the program to stop and waits until it has.</summary>
    public async Task<int> StopAsync(int signal = ServerProcess.SigTerm)
    {
        Process.Signal(signal);
        return await Process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
        _ownDirectory?.Dispose();
    }

    internal static async Task<JsonNode> ExpectAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.RequestMessage?.RequestUri}: expected {(int)status}, got {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
