using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Stopping;

/// <summary>A platform that is killed at named steps and started again on its store. Each version says its number in a file, and the receipt says which version ran.</summary>
public abstract class KilledPlatform : IAsyncLifetime
{
    public const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private const string Manifest =
        """
        spin_manifest_version = 2
        [application]
        name = "test"
        version = "1.0.0"
        [application.tool.platform]
        receipts = true
        [[trigger.http]]
        route = "/..."
        component = "main"
        [component.main]
        source = "app.wasm"
        files = ["a.txt"]
        key_value_stores = ["default"]
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly Func<Task<string?>> _database;
    private readonly Dictionary<string, string> _settings;
    private PlatformServer? _server;
    private string _owner = "";

    protected KilledPlatform(Func<Task<string?>> database)
    {
        _database = database;
        _settings = new Dictionary<string, string> { ["DOTNET_STARTUP_HOOKS"] = Repository.FaultHook, ["PLATFORM_FAULT_FILE"] = FaultFile, ["DOTNET_TieredPGO"] = "0" };
    }

    private string FaultFile => _directory.Combine("fault");

    private PlatformServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        if (await _database() is { } postgres)
        {
            _settings["ConnectionStrings__Postgres"] = postgres;
        }

        await StartServerAsync();
        await Server.CreateTenantAsync("acme");
        using var token = await Server.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/tokens", Server.OperatorToken, JsonContent.Create(new { name = "owner", role = "owner" }));
        _owner = (await PlatformServer.ExpectAsync(token, HttpStatusCode.Created))["token"]!.GetValue<string>();
    }

    /// <summary>Sends a request that the platform doesn't survive, then starts it again.</summary>
    /// <param name="step">Where it dies: the parent's span, the span, and its start or stop.</param>
    /// <param name="request">Makes the request.</param>
    public async Task KillAtAsync(string step, Func<HttpRequestMessage> request)
    {
        await File.WriteAllTextAsync(FaultFile, step);
        var sent = Server.Http.SendAsync(request());
        var exited = Server.Process.WaitForExitAsync();
        await exited;
        try
        {
            // With a step in the background the answer came before.
            using var answer = await sent;
            Assert.True(answer.IsSuccessStatusCode, $"{step}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException)
        {
        }

        File.Delete(FaultFile);
        await Server.DisposeAsync();
        await StartServerAsync();
    }

    public HttpRequestMessage Deploy(string app, int version, string query = "", string? key = null)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(Manifest), "manifest", "spin.toml" },
            { new ByteArrayContent(File.ReadAllBytes(Repository.Guest("c-files"))), "app.wasm", "app.wasm" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes($"{version}\n")), "a.txt", "a.txt" },
        };
        return Api(HttpMethod.Post, $"/apps/{app}/deploy{query}", form, key);
    }

    public HttpRequestMessage Api(HttpMethod method, string path, HttpContent? content = null, string? key = null)
    {
        var request = new HttpRequestMessage(method, "/v1/tenants/acme" + path) { Content = content, Headers = { { "Authorization", $"Bearer {_owner}" } } };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }

    /// <summary>Sends a request, which is answered with this status.</summary>
    public async Task<JsonNode> SendAsync(HttpRequestMessage request, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await Server.Http.SendAsync(request);
        return await PlatformServer.ExpectAsync(response, status);
    }

    public Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request) => Server.Http.SendAsync(request);

    /// <summary>Which version answers: its file and its receipt must say the same.</summary>
    public async Task<int> ServedAsync(string app)
    {
        using var response = await Server.GetAppAsync($"{app}--acme.localhost", "/?cat=/a.txt");
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode}: {body}");
        var receipt = (response.Headers.TryGetValues("platform-receipt", out var head) ? head : response.TrailingHeaders.GetValues("platform-receipt")).Single();
        Assert.Contains($"version={body.Trim()},", receipt, StringComparison.Ordinal);
        return int.Parse(body, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The numbers of the app's versions, newest first, with their states.</summary>
    public async Task<(int Number, string State)[]> VersionsAsync(string app)
    {
        var page = await SendAsync(Api(HttpMethod.Get, $"/apps/{app}/versions?limit=100"));
        return [.. page["items"]!.AsArray().Select(item => (item!["version"]!.GetValue<int>(), item["state"]!.GetValue<string>()))];
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task StartServerAsync() => _server = await PlatformServer.StartAsync(_directory.Combine("data"), settings: _settings);
}
