using System.Text;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Deploys;

public class ManifestDeployTests
{
    private const string Manifest = """
        spin_manifest_version = 2

        [application]
        name = "shop"

        [[trigger.http]]
        route = "/api/..."
        component = "api"

        [[trigger.http]]
        route = "/static/..."
        component = "files"

        [component.api]
        source = "target/api.wasm"
        environment = { MODE = "prod" }
        allowed_outbound_hosts = ["https://example.com"]

        [component.api.tool.platform]
        fuel = 5000

        [component.files]
        source = "files.wasm"
        files = [{ source = "public", destination = "/" }]
        """;

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_ManifestWithItsFiles_IsTheDocumentInTheSnapshotAndSurvivesARestart(Dialect dialect)
    {
        var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/shop/deploy", Form(Manifest));
        var deploy = await response.ReadAsync<DeployResource>(201);
        Check(server);
        await using var restarted = await server.RestartAsync();
        Check(restarted);

        Assert.Equal(["api: limit fuel 5000", "api: outbound https://example.com"], deploy.Capabilities);
        Assert.Equal(["api: limit fuel 5000", "api: outbound https://example.com"], deploy.CapabilityChanges.Added);
    }

    [Fact]
    public async Task Deploy_OtherCapabilities_SaysWhatChanged()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var first = await owner.PostAsync("/v1/tenants/acme/apps/shop/deploy", Form(Manifest));
        Assert.Equal(201, (int)first.StatusCode);

        using var response = await owner.PostAsync(
            "/v1/tenants/acme/apps/shop/deploy", Form(Manifest.Replace("example.com", "example.org", StringComparison.Ordinal)));

        var second = await response.ReadAsync<DeployResource>(201);
        Assert.Equal(["api: outbound https://example.org"], second.CapabilityChanges.Added);
        Assert.Equal(["api: outbound https://example.com"], second.CapabilityChanges.Removed);
    }

    [Fact]
    public async Task Deploy_OneComponentAndThePartModule_TakesItForTheComponentsSource()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(Single("/..."), ("module", Api.Wasm())));

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal(Api.Hex(Api.Wasm()), server.Snapshot.Apps[new AppKey("acme", "one")].Versions[1].Components.Single().ModuleSha256);
    }

    [Fact]
    public async Task Deploy_ManifestIsWrong_IsRefusedWithLineAndColumn()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var unknown = await owner.PostAsync(
            "/v1/tenants/acme/apps/one/deploy", Api.Form(Single("/...") + "\nsurprise = 1", ("one.wasm", Api.Wasm())));
        using var missing = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(Single("/..."), ("two.wasm", Api.Wasm())));

        var body = await unknown.ProblemAsync(422, "invalid-manifest");
        Assert.Contains("surprise", body, StringComparison.Ordinal);
        Assert.Contains("spin.toml(", body, StringComparison.Ordinal);
        Assert.Contains("one.wasm", await missing.ProblemAsync(422, "invalid-manifest"), StringComparison.Ordinal);
        Assert.Empty(server.Snapshot.Apps);
    }

    [Fact]
    public async Task Deploy_LimitAboveTheCeiling_IsRefusedNamingBoth()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { LimitCeilings = new LimitsDocument(Fuel: 4999) });
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/shop/deploy", Form(Manifest));

        var body = await response.ProblemAsync(422, "limit-too-high");
        Assert.Contains("5000", body, StringComparison.Ordinal);
        Assert.Contains("4999", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(100, 10)]
    public async Task Deploy_MoreFilesThanAllowed_IsTooLarge(int maxFiles, long maxBytes)
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { MaxFiles = maxFiles, MaxFileBytes = maxBytes, MaxModuleBytes = 1000 });
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/shop/deploy", Form(Manifest));

        await response.ProblemAsync(413, "too-large");
        Assert.Empty(server.Snapshot.Apps);
    }

    [Fact]
    public async Task Deploy_WagiRouteToAComponent_IsRefused()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        var manifest = Single("/...").Replace("component = \"one\"", "component = \"one\"\nexecutor = { type = \"wagi\" }", StringComparison.Ordinal);

        using var component = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(manifest, ("one.wasm", Api.Wasm())));
        using var command = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(manifest, ("one.wasm", Api.Wasm("wagi"))));

        Assert.Contains("wagi", await component.ProblemAsync(422, "module-refused"), StringComparison.Ordinal);
        Assert.Equal(201, (int)command.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_Dependencies_AreOneModuleWithTheComponent(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        byte[] one = [.. Api.Wasm(), .. new byte[300_000]], two = [.. Api.Wasm("two"), .. new byte[200_000]];

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(WithDependency, ("one.wasm", one), ("two.wasm", two)));
        using var again = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(WithDependency, ("one.wasm", one), ("two.wasm", two)));

        Assert.Equal((201, 201), ((int)response.StatusCode, (int)again.StatusCode));
        var versions = server.Snapshot.Apps[new AppKey("acme", "one")].Versions;
        var component = versions[1].Components.Single();
        Assert.Equal(component.ModuleSha256, versions[2].Components.Single().ModuleSha256);
        Assert.Equal(Api.Hex(one), component.SourceSha256);
        var dependency = component.Dependencies.Single();
        Assert.Equal(("a:b/c", Api.Hex(two), "files"), (dependency.Name, dependency.ModuleSha256, dependency.Inherits.Single()));

        // The module that workers fetch: what CompositionTests read.
        using var module = await owner.GetAsync($"/v1/tenants/acme/modules/sha256:{component.ModuleSha256}");
        byte[] custom = [20, .. "platform:composition"u8, 1, 5, .. "a:b/c"u8, 0, 1, 5, .. "files"u8];
        Assert.Equal(
            [.. "\0asm\x0d\0\x01\0"u8, 0, (byte)custom.Length, .. custom, 4, .. Leb(one.Length), .. one, 4, .. Leb(two.Length), .. two],
            await module.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Deploy_DependenciesLargerTogetherThanAModuleMayBe_IsTooLarge()
    {
        await using var server = await ControlServer.StartAsync(configure: static options => options with { MaxModuleBytes = 500_000 });
        var owner = await server.CreateTenantAsync("acme");
        byte[] half = [.. Api.Wasm(), .. new byte[250_000]];

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/one/deploy", Api.Form(WithDependency, ("one.wasm", half), ("two.wasm", half)));

        Assert.Contains("Component 'one' is too large together with its dependencies", await response.ProblemAsync(413, "too-large"), StringComparison.Ordinal);
        Assert.Empty(server.Snapshot.Apps);
    }

    private static string WithDependency => Single("/...") + "\ndependencies = { 'a:b/c' = { path = 'two.wasm', inherit_configuration = ['files'] } }";

    private static byte[] Leb(int length) => [(byte)(length | 0x80), (byte)((length >> 7) | 0x80), (byte)(length >> 14)];

    private static string Single(string route) =>
        $"""
        spin_manifest_version = 2
        [application]
        name = "one"
        [[trigger.http]]
        route = "{route}"
        component = "one"
        [component.one]
        source = "one.wasm"
        """;

    private static MultipartFormDataContent Form(string manifest) => Api.Form(
        manifest,
        ("target/api.wasm", Api.Wasm("api")),
        ("./files.wasm", Api.Wasm("files")),
        ("public/index.html", Encoding.UTF8.GetBytes("<h1>shop</h1>")),
        ("public/css/site.css", Encoding.UTF8.GetBytes("h1 {}")));

    private static void Check(ControlServer server)
    {
        var document = server.Snapshot.Apps[new AppKey("acme", "shop")].Versions[1];
        Assert.Equal(["api", "files"], document.Components.Select(component => component.Id));
        Assert.Equal(["/api/...", "/static/..."], document.Routes.Select(route => route.Pattern));
        Assert.Equal(5000, document.Components[0].Limits.Fuel);
        Assert.Equal("prod", document.Components[0].Environment["MODE"]);
        Assert.Equal(["/css/site.css", "/index.html"], document.Components[1].Files.Select(file => file.Path).Order());
    }
}
