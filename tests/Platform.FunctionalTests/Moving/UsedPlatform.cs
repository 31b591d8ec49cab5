using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.FunctionalTests.Moving;

/// <summary>A platform on SQLite and Garnet that tenants and people have used in every way, and that was stopped; what its API said last, and how its directory is.</summary>
public sealed class UsedPlatform : IAsyncLifetime
{
    private const string Domain = "www.umbrella-site.com";
    private const string Address = "jo@example.com";
    private const string Password = "correct horse battery staple";

    private readonly TemporaryDirectory _directory = new();
    private IReadOnlyDictionary<string, string> _answers = new Dictionary<string, string>();
    private string _session = "";
    private KeptTenant _kept = null!;
    private Tenant _umbrella = null!;

    internal string Data => _directory.Combine("data");

    internal (int Values, int Rows) Least { get; private set; }

    internal string MasterKey { get; private set; } = "";

    /// <summary>Every file of it, as <see cref="FilesOf"/>.</summary>
    internal IReadOnlyList<string> Files { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        using var dns = new DnsServer();
        await using (var server = await StartAsync(Data, new Dictionary<string, string> { ["Platform__Dns__Servers__0"] = dns.EndPoint.ToString() }, "js-calls"))
        {
            _kept = await KeptTenant.CreateAsync(server);
            _umbrella = await server.CreateTenantAsync("umbrella");
            await UseAsync(server, dns);
            Assert.Equal(0, await server.StopAsync());
        }

        // What was used has been reported by now, so that the answers are the last ones.
        await using (var server = await StartAsync(Data))
        {
            await CallAsync(server);
            Assert.Equal(0, await server.StopAsync());
        }

        await using (var server = await StartAsync(Data))
        {
            _session = await SignInAsync(server, new { token = _umbrella.Token });
            _answers = await AnswersAsync(server);
            Assert.Equal(0, await server.StopAsync());
        }

        MasterKey = (await File.ReadAllTextAsync(Path.Combine(Data, "master.key"))).Trim();
        Files = FilesOf(Data);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Every file of a directory with its time and hash, but for the lock and for the socket that a killed platform leaves.</summary>
    internal static IReadOnlyList<string> FilesOf(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(file) is not ("lock" or "socket")).Order(StringComparer.Ordinal)
            .Select(file => string.Create(
                CultureInfo.InvariantCulture, $"{Path.GetRelativePath(directory, file)} {File.GetLastWriteTimeUtc(file).Ticks} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")),
    ];

    /// <summary>Starts a platform that answers fast for what was compiled before.</summary>
    internal static Task<PlatformServer> StartAsync(string data, IReadOnlyDictionary<string, string>? settings = null, string? compiled = null) => PlatformServer.StartAsync(
        data,
        compiled: compiled,
        settings: new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Platform__Worker__CompileTimeout"] = "00:01:50",
            ["Platform__Worker__UsageFlushInterval"] = "00:00:01",
        });

    /// <summary>Starts a platform on what it was moved to, as the command says: with the same master key and operator's token.</summary>
    internal async Task<PlatformServer> StartMovedAsync(string directory, Dictionary<string, string> settings)
    {
        CompiledGuests.Copy(Data, directory);
        File.Copy(Path.Combine(Data, "operator-token"), Path.Combine(directory, "operator-token"));
        return await StartAsync(directory, new Dictionary<string, string>(settings) { ["Platform__MasterKey"] = MasterKey });
    }

    /// <summary>Another directory with all of it, for who changes it.</summary>
    internal void CopyTo(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(directory, Path.GetRelativePath(Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A platform that it was moved to says the same, and goes on.</summary>
    internal async Task CheckAsync(PlatformServer server)
    {
        var answers = await AnswersAsync(server);
        foreach (var (path, answer) in _answers.Where(static answer => !answer.Key.Contains("/audit", StringComparison.Ordinal)))
        {
            Assert.True(answer == answers[path], $"{path}: before {answer}\nafter {answers[path]}");
        }

        // The trail goes on with the move.
        var (before, after) = (Items("/v1/audit?limit=100", _answers), Items("/v1/audit?limit=100", answers));
        Assert.Equal(before, after[^before.Count..]);
        Assert.Contains("store.move", after[..^before.Count].Single(), StringComparison.Ordinal);

        // On a cluster the worker compiles anew.
        await Waiting.ForAsync(() => IsCompiledAsync(server), "compiled modules");
        await CallAsync(server);
        await SignInAsync(server, new { token = server.OperatorToken });
        await SignInAsync(server, new { email = Address, password = Password });
        using (var me = await server.SendAsync(HttpMethod.Get, "/v1/me", _session))
        {
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }

        var next = await new Tenant(server, _umbrella.Name, _umbrella.Token).DeployAsync("hello", "c-hello");
        Assert.Equal(3, next["version"]!.GetValue<int>());
        await (await server.CreateTenantAsync("newcomer")).DeployAsync("hello", "c-hello");
    }

    /// <summary>Calls every app.</summary>
    internal async Task CallAsync(PlatformServer server)
    {
        await _kept.On(server).CheckAsync(Least);
        await new Tenant(server, _umbrella.Name, _umbrella.Token).ExpectHelloAsync("hello");
        using var domain = await server.GetAppAsync(Domain);
        Assert.Equal(HttpStatusCode.OK, domain.StatusCode);
    }

    /// <summary>The tenant with an app of each kind, on a server.</summary>
    internal KeptTenant KeptOn(PlatformServer server) => _kept.On(server);

    private static List<string> Items(string path, IReadOnlyDictionary<string, string> answers) => [.. JsonNode.Parse(answers[path])!["items"]!.AsArray().Select(static item => item!.ToJsonString())];

    private async Task UseAsync(PlatformServer server, DnsServer dns)
    {
        using var end = new CancellationTokenSource();
        var writing = _kept.WriteUntilAsync(end.Token);
        await Waiting.ForAsync(() => Task.FromResult(writing.IsCompleted || _kept.Answered is { Values: > 40, Rows: > 40 }), "writes");
        await end.CancelAsync();
        await writing;
        Least = _kept.Answered;

        await _umbrella.DeployAsync("hello", "c-hello");
        await _umbrella.DeployAsync("hello", "c-hello");
        await ExpectAsync(_umbrella.ApiAsync(HttpMethod.Put, "hello", "/traffic", JsonContent.Create(new { splits = new[] { new { version = 1, percent = 50 }, new { version = 2, percent = 50 } } })));
        var claimed = await ExpectAsync(_umbrella.ApiAsync(HttpMethod.Post, "hello", "/domains", JsonContent.Create(new { name = Domain })), HttpStatusCode.Created);
        dns.Set(claimed["proof"]!["dns"]!["name"]!.GetValue<string>(), claimed["proof"]!["dns"]!["value"]!.GetValue<string>());
        await ExpectAsync(_umbrella.ApiAsync(HttpMethod.Post, "hello", $"/domains/{Domain}/verify"));
        var invited = await ExpectAsync(
            server.SendAsync(HttpMethod.Post, "/v1/tenants/umbrella/members", server.OperatorToken, JsonContent.Create(new { email = Address, role = "owner" })), HttpStatusCode.Created);
        var token = new Uri(invited["link"]!.GetValue<string>()).Fragment[1..];
        await ExpectAsync(server.SendAsync(HttpMethod.Post, "/v1/invitations/accept", null, JsonContent.Create(new { token, name = "Jo", password = Password })));
        await ExpectAsync(
            server.SendAsync(HttpMethod.Post, "/v1/tenants/umbrella/members", server.OperatorToken, JsonContent.Create(new { email = "later@example.com", role = "viewer" })), HttpStatusCode.Created);
        using var deleted = await _umbrella.TryDeployAsync("gone", await File.ReadAllBytesAsync(Repository.Guest("c-hello")));
        await PlatformServer.ExpectAsync(deleted, HttpStatusCode.Created);
        using var gone = await server.SendAsync(HttpMethod.Delete, "/v1/tenants/umbrella/apps/gone", server.OperatorToken);
        Assert.True(gone.IsSuccessStatusCode);
    }

    private async Task<bool> IsCompiledAsync(PlatformServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("[]") };
        using var answer = await server.SendToAppAsync(request, _kept.Tenant.HostOf("vault"));
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<JsonNode> ExpectAsync(Task<HttpResponseMessage> sent, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await sent;
        return await PlatformServer.ExpectAsync(response, status);
    }

    private static async Task<string> SignInAsync(PlatformServer server, object credential) =>
        (await ExpectAsync(server.SendAsync(HttpMethod.Post, "/v1/sessions", null, JsonContent.Create(credential)), HttpStatusCode.Created))["accessToken"]!.GetValue<string>();

    private static async Task<IReadOnlyDictionary<string, string>> AnswersAsync(PlatformServer server)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] paths =
        [
            "/.well-known/jwks.json", "/v1/tenants", "/v1/users",
            .. new[] { "", "/tokens", "/members", "/invitations", "/quota", "/usage?granularity=hour", "/apps" }.SelectMany(static path => new[] { "acme", "umbrella" }.Select(tenant => $"/v1/tenants/{tenant}{path}")),
            .. new[] { "acme/apps/vault", "acme/apps/values", "acme/apps/rows", "acme/apps/site", "umbrella/apps/hello" }
                .SelectMany(static app => new[] { "", "/versions", "/traffic", "/domains", "/variables", "/secrets", "/limits", "/logs", "/usage?granularity=hour" }.Select(path => $"/v1/tenants/{app}{path}")),
            "/v1/audit?limit=100",
        ];
        foreach (var path in paths)
        {
            using var response = await server.SendAsync(HttpMethod.Get, path, server.OperatorToken);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {text}");
            answers[path] = text.Replace($":{server.Url.Port}", "", StringComparison.Ordinal);
        }

        return answers;
    }
}
