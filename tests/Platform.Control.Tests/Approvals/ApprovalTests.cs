using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Approvals;

public class ApprovalTests
{
    private const string Settings = "/v1/tenants/acme/settings";
    private const string App = "/v1/tenants/acme/apps/web";

    private const string TemplateManifest =
        """
        spin_manifest_version = 2
        [application]
        name = "web"
        [variables]
        api_host = { default = "a.example" }
        greeting = { default = "hello" }
        [[trigger.http]]
        route = "/..."
        component = "main"
        [component.main]
        source = "main.wasm"
        allowed_outbound_hosts = ["https://{{ api_host }}"]
        """;

    private static readonly AppKey Web = new("acme", "web");

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Settings_ChangedWithIfMatch_AreAnswered(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var read = await owner.GetAsync(Settings);

        using var changed = await SendAsync(owner, read.Headers.ETag!, true);
        using var late = await SendAsync(owner, read.Headers.ETag!, false);

        Assert.False((await read.ReadAsync<TenantSettingsResource>(200)).RequireApproval);
        Assert.True((await changed.ReadAsync<TenantSettingsResource>(200)).RequireApproval);
        await late.ProblemAsync(412, "precondition-failed");
        Assert.True((await owner.GetAsync<TenantSettingsResource>(Settings)).RequireApproval);
        var entry = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit?limit=1")).Items.Single();
        Assert.Equal(
            ("tenant.settings", """{"requireApproval":false}""", """{"requireApproval":true}"""),
            (entry.Action, entry.Before!.Value.GetRawText(), entry.After!.Value.GetRawText()));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DevelopersVersion_ThatMayDoMore_WaitsForAnOwner(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (owner, developer) = await StartTenantAsync(server);
        await ExpectLiveAsync(owner, Manifest(hosts: "https://a.example"), owner);

        using var refused = await DeployAsync(developer, Manifest(hosts: "https://a.example\", \"https://b.example", stores: "default"));

        using var problem = JsonDocument.Parse(await refused.ProblemAsync(409, "approval-required"));
        Assert.Equal(2, problem.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(
            ["main: key-value default", "main: outbound https://b.example"], problem.RootElement.GetProperty("widened").EnumerateArray().Select(line => line.GetString()));
        var stored = await developer.GetAsync<VersionResource>(App + "/versions/2");
        Assert.Equal((VersionState.Ready, false), (stored.State, stored.Live));
        Assert.Equal(["main: key-value default", "main: outbound https://b.example"], stored.AwaitingApproval);
        Assert.Equal([1], server.Snapshot.Apps[Web].Versions.Keys);
        using var rollback = await owner.PostAsJsonAsync(App + "/rollback", new RollbackRequest(2));
        await rollback.ProblemAsync(409, "approval-required");
        using var traffic = await owner.PutAsJsonAsync(App + "/traffic", new TrafficResource([new(1, 99), new(2, 1)]));
        await traffic.ProblemAsync(409, "approval-required");
        using var byDeveloper = await developer.PostAsync(App + "/versions/2/approve", null);
        await byDeveloper.ProblemAsync(403, "role-too-low");

        using var approved = await owner.PostAsync(App + "/versions/2/approve", null);
        using var again = await owner.PostAsync(App + "/versions/2/approve", null);

        var live = await approved.ReadAsync<VersionResource>(200);
        Assert.Equal((true, null), (live.Live, live.AwaitingApproval));
        await again.ProblemAsync(409, "conflict");
        Assert.Equal(2, server.Snapshot.Apps[Web].Live);
        var entry = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit?limit=1")).Items.Single();
        Assert.Equal(("version.approve", "apps/web/versions/2"), (entry.Action, entry.Target));
        Assert.Contains("b.example", entry.After!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DevelopersVersion_ThatMayDoNoMore_GoesLive(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (owner, developer) = await StartTenantAsync(server);
        await ExpectLiveAsync(owner, Manifest(hosts: "https://a.example", stores: "default", fuel: 5000), owner);

        await ExpectLiveAsync(developer, Manifest(hosts: "https://a.example", stores: "default", fuel: 5000), owner);
        await ExpectLiveAsync(developer, Manifest(stores: "default", fuel: 4000), owner);
    }

    [Fact]
    public async Task DevelopersVersion_WithHigherLimits_Waits()
    {
        await using var server = await ControlServer.StartAsync();
        var (owner, developer) = await StartTenantAsync(server);
        await ExpectLiveAsync(owner, Manifest(fuel: 5000), owner);

        using var raised = await DeployAsync(developer, Manifest(fuel: 5001));
        using var byDefault = await DeployAsync(developer, Manifest());

        Assert.Contains("main: limit fuel 5001", await raised.ProblemAsync(409, "approval-required"), StringComparison.Ordinal);
        Assert.Contains("main: limit fuel 1000000000", await byDefault.ProblemAsync(409, "approval-required"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task FirstVersion_OfADeveloper_WaitsWhenItMayDoAnything(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (owner, developer) = await StartTenantAsync(server);

        using var wide = await DeployAsync(developer, Manifest(stores: "default"));
        await wide.ProblemAsync(409, "approval-required");
        var nothingLive = server.Snapshot.Apps.TryGetValue(Web, out var app) ? app.Live : null;
        await ExpectLiveAsync(developer, Manifest(), owner);

        // Not the newest any more: approved, it stays where it is.
        using var approved = await owner.PostAsync(App + "/versions/1/approve", null);
        Assert.Null(nothingLive);
        Assert.False((await approved.ReadAsync<VersionResource>(200)).Live);
        Assert.Equal(2, server.Snapshot.Apps[Web].Live);
        Assert.Equal([1, 2], server.Snapshot.Apps[Web].Versions.Keys.Order());
        using var rollback = await developer.PostAsJsonAsync(App + "/rollback", new RollbackRequest(1));
        Assert.Equal(200, (int)rollback.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task VersionThatCompilesLater_Waits_UntilApprovedAlsoBeforeItIsReady(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (owner, developer) = await StartTenantAsync(server);
        await ExpectLiveAsync(developer, Manifest(), owner);

        using var accepted = await DeployAsync(developer, Manifest(stores: "default"), "?wait=false");
        await WaitAsync(owner, 2, version => version.State == VersionState.Ready);
        var waiting = server.Snapshot.Apps[Web].Live;
        var held = server.Preparer.Hold();
        using var early = await DeployAsync(developer, Manifest(stores: "default"), "?wait=false");
        using var approved = await owner.PostAsync(App + "/versions/3/approve", null);
        held.SetResult();
        await WaitAsync(owner, 3, version => version.Live);

        Assert.Equal((202, 202), ((int)accepted.StatusCode, (int)early.StatusCode));
        Assert.Equal(1, waiting);
        Assert.False((await approved.ReadAsync<VersionResource>(200)).Live);
    }

    [Fact]
    public async Task WithoutTheSetting_DevelopersVersion_GoesLive()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await ExpectLiveAsync(await server.CreateTokenAsync("acme", TokenRole.Developer), Manifest(stores: "default"), owner);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task ValuesThatNameHosts_OfVersionsThatAnswerOrWait_AreSetByOwners(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (owner, developer) = await StartTenantAsync(server);
        using var before = await SetAsync(developer, "variables/api_host", "a.example");
        using var waiting = await DeployAsync(developer, TemplateManifest);
        await waiting.ProblemAsync(409, "approval-required");

        // While it waits and once it answers: what the owner has read is what runs.
        using var whileWaiting = await SetAsync(developer, "variables/api_host", "evil.example");
        using var approved = await owner.PostAsync(App + "/versions/1/approve", null);
        using var asVariable = await SetAsync(developer, "variables/api_host", "evil.example");
        using var asSecret = await SetAsync(developer, "secrets/api_host", "evil.example");
        using var deleted = await developer.DeleteAsync(App + "/variables/api_host");
        using var other = await SetAsync(developer, "variables/greeting", "hello");

        Assert.Equal((204, 200, 204), ((int)before.StatusCode, (int)approved.StatusCode, (int)other.StatusCode));
        foreach (var refused in (HttpResponseMessage[])[whileWaiting, asVariable, asSecret, deleted])
        {
            Assert.Contains("api_host", await refused.ProblemAsync(409, "approval-required"), StringComparison.Ordinal);
        }

        Assert.Equal("a.example", (await owner.GetAsync<VariableResource>(App + "/variables/api_host")).Value);
        using var byOwner = await SetAsync(owner, "variables/api_host", "b.example");
        Assert.Equal(204, (int)byOwner.StatusCode);

        // A tenant whose owners don't ask for it lets developers.
        using var off = await owner.PutAsJsonAsync(Settings, new TenantSettingsResource(false));
        using var free = await SetAsync(developer, "variables/api_host", "c.example");
        Assert.Equal((200, 204), ((int)off.StatusCode, (int)free.StatusCode));
    }

    [Fact]
    public async Task NewDefault_OfAVariableThatNamesHosts_Waits()
    {
        await using var server = await ControlServer.StartAsync();
        var (owner, developer) = await StartTenantAsync(server);
        await ExpectLiveAsync(owner, TemplateManifest, owner);

        await ExpectLiveAsync(developer, TemplateManifest.Replace("default = \"hello\"", "default = \"good day\"", StringComparison.Ordinal), owner);
        using var refused = await DeployAsync(developer, TemplateManifest.Replace("a.example", "b.example", StringComparison.Ordinal));

        using var problem = JsonDocument.Parse(await refused.ProblemAsync(409, "approval-required"));
        Assert.Equal(["variable api_host by default b.example"], problem.RootElement.GetProperty("widened").EnumerateArray().Select(line => line.GetString()));
    }

    private static Task<HttpResponseMessage> SetAsync(HttpClient client, string path, string value) => client.PutAsJsonAsync($"{App}/{path}", new SetValueRequest(value));

    private static async Task<(HttpClient Owner, HttpClient Developer)> StartTenantAsync(ControlServer server)
    {
        var owner = await server.CreateTenantAsync("acme");
        using var changed = await owner.PutAsJsonAsync(Settings, new TenantSettingsResource(true));
        Assert.Equal(200, (int)changed.StatusCode);
        return (owner, await server.CreateTokenAsync("acme", TokenRole.Developer));
    }

    private static string Manifest(string? hosts = null, string? stores = null, int? fuel = null) =>
        $"""
        spin_manifest_version = 2
        [application]
        name = "web"
        [[trigger.http]]
        route = "/..."
        component = "main"
        [component.main]
        source = "main.wasm"
        {(hosts is null ? "" : $"allowed_outbound_hosts = [\"{hosts}\"]")}
        {(stores is null ? "" : $"key_value_stores = [\"{stores}\"]")}
        {(fuel is null ? "" : $"[component.main.tool.platform]\nfuel = {fuel}")}
        """;

    private static Task<HttpResponseMessage> DeployAsync(HttpClient client, string manifest, string query = "") =>
        client.PostAsync($"{App}/deploy{query}", Api.Form(manifest, ("main.wasm", Api.Wasm())));

    private static async Task ExpectLiveAsync(HttpClient client, string manifest, HttpClient owner)
    {
        using var response = await DeployAsync(client, manifest);
        var deploy = await response.ReadAsync<DeployResource>(201);
        Assert.Equal(deploy.Version, (await owner.GetAsync<AppResource>(App)).Version);
    }

    private static async Task WaitAsync(HttpClient client, int version, Func<VersionResource, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition(await client.GetAsync<VersionResource>($"{App}/versions/{version}")))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, EntityTagHeaderValue tag, bool required) => client.SendAsync(
        new HttpRequestMessage(HttpMethod.Put, Settings) { Headers = { IfMatch = { tag } }, Content = JsonContent.Create(new TenantSettingsResource(required)) });
}
