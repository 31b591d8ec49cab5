using System.Net.Http.Json;
using System.Text;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Deploys;

public class DeployTests
{
    private static readonly AppKey Web = new("acme", "web");

    private const int Clients = 20;

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_SingleModule_IsLiveInTheSnapshotWhenAnswered(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostDeployAsync("acme", "web", Api.Wasm("one"));

        var deploy = await response.ReadAsync<DeployResource>(201);
        Assert.Equal("/v1/tenants/acme/apps/web/versions/1", response.Headers.Location!.ToString());
        Assert.Equal(1, deploy.Version);
        Assert.Equal(VersionState.Ready, deploy.State);
        Assert.Equal($"http://web--acme.localhost:{server.Address.Port}/", deploy.Url);
        Assert.Equal($"http://web--v1--acme.localhost:{server.Address.Port}/", deploy.Urls.Version);
        Assert.Null(deploy.Replaced);
        var app = server.Snapshot.Apps[Web];
        Assert.Equal(1, app.Live);
        var document = app.Versions[1];
        Assert.Equal(("default", Api.Hex(Api.Wasm("one"))), (document.Components.Single().Id, document.Components.Single().ModuleSha256));
        Assert.Equal(("/...", "default"), (document.Routes.Single().Pattern, document.Routes.Single().Component));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_Again_ReplacesAndKeepsTheOldVersion(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("one"));

        var second = await owner.DeployAsync("acme", "web", Api.Wasm("two"));

        Assert.Equal((2, 1), (second.Version, second.Replaced));
        Assert.Equal(2, server.Snapshot.Apps[Web].Live);
        Assert.Equal([1, 2], server.Snapshot.Apps[Web].Versions.Keys.Order());
        var versions = await owner.GetAsync<Page<VersionResource>>("/v1/tenants/acme/apps/web/versions");
        Assert.Equal([(2, true), (1, false)], versions.Items.Select(version => (version.Version, version.Live)));
        var first = await owner.GetAsync<VersionResource>("/v1/tenants/acme/apps/web/versions/1");
        Assert.Equal(Api.Hex(Api.Wasm("one")), first.Document!.Components.Single().ModuleSha256);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_RefusedModule_IsUnprocessableAndChangesNothing(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("one"));
        var revision = server.Snapshot.Revision;

        using var response = await owner.PostDeployAsync("acme", "web", Encoding.ASCII.GetBytes("#!/bin/sh"));
        using var fresh = await owner.PostDeployAsync("acme", "new", Encoding.ASCII.GetBytes("#!/bin/sh"));

        Assert.Contains("It is not WebAssembly.", await response.ProblemAsync(422, "module-refused"), StringComparison.Ordinal);
        await fresh.ProblemAsync(422, "module-refused");
        Assert.Equal(revision, server.Snapshot.Revision);
        Assert.Equal(1, (await owner.GetAsync<AppResource>("/v1/tenants/acme/apps/web")).Version);
        Assert.Single((await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps")).Items);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_NoWorker_IsUnavailableAndNothingIsLive(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        server.Preparer.Away = true;

        using var response = await owner.PostDeployAsync("acme", "web", Api.Wasm());

        await response.ProblemAsync(503, "no-worker");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Empty(server.Snapshot.Apps);
        using var app = await owner.GetAsync("/v1/tenants/acme/apps/web");
        Assert.Equal(404, (int)app.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_ManyAtOnce_EachGetsItsOwnNumberAndOneIsLive(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        // Each snapshot that there is meanwhile: what is live is one of the versions, and only ever a later one.
        var seen = new List<int>();
        using var ended = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            var snapshots = server.Get<ISnapshotSource>();
            for (var snapshot = snapshots.Current; ; snapshot = snapshots.Current)
            {
                if (snapshot.Apps.TryGetValue(Web, out var app))
                {
                    Assert.Contains(app.Live!.Value, app.Versions.Keys);
                    seen.Add(app.Live.Value);
                }

                try
                {
                    await snapshots.WaitForOtherAsync(snapshot, ended.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        });
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => server.CreateTokenAsync("acme", TokenRole.Developer)));

        var deploys = await Task.WhenAll(clients.Select((client, i) => client.DeployAsync("acme", "web", Api.Wasm($"{i}"))));
        await ended.CancelAsync();
        await watching;

        Assert.Equal(Enumerable.Range(1, Clients), deploys.Select(deploy => deploy.Version).Order());
        Assert.Equal(Enumerable.Range(0, Clients), deploys.OrderBy(deploy => deploy.Version).Select(deploy => deploy.Replaced ?? 0));
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(Clients, server.Snapshot.Apps[Web].Live);
        Assert.Equal(Enumerable.Range(1, Clients), server.Snapshot.Apps[Web].Versions.Keys.Order());
        var versions = (await owner.GetAsync<Page<VersionResource>>("/v1/tenants/acme/apps/web/versions")).Items;
        Assert.Equal(Clients, Assert.Single(versions, version => version.Live).Version);
        Assert.Equal(versions.Select(version => version.Created).Order(), versions.AsEnumerable().Reverse().Select(version => version.Created));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_WaitFalse_IsAcceptedAndLiveOnceCompiled(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var held = server.Preparer.Hold();

        using var response = await owner.PostDeployAsync("acme", "web", Api.Wasm(), "?wait=false");
        var accepted = await response.ReadAsync<DeployResource>(202);
        var location = response.Headers.Location!.ToString();
        var compiling = await owner.GetAsync<VersionResource>(location);
        held.SetResult();
        var ready = await WaitForAsync(owner, location, version => version.State != VersionState.Compiling);

        Assert.Equal(VersionState.Compiling, accepted.State);
        Assert.Equal((VersionState.Compiling, false), (compiling.State, compiling.Live));
        Assert.Equal((VersionState.Ready, true), (ready.State, ready.Live));
        await EventuallyAsync(() => server.Snapshot.Apps[Web].Live == 1);
    }

    [Fact]
    public async Task Deploy_WaitFalseOfARefusedModule_FailsWithTheReason()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostDeployAsync("acme", "web", [1, 2, 3], "?wait=false");
        Assert.Equal(202, (int)response.StatusCode);
        var failed = await WaitForAsync(owner, response.Headers.Location!.ToString(), version => version.State != VersionState.Compiling);

        Assert.Equal(VersionState.Failed, failed.State);
        Assert.Contains("It is not WebAssembly.", failed.Reason, StringComparison.Ordinal);
        Assert.False(failed.Live);
        Assert.Null(server.Snapshot.Apps[Web].Live);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_WaitFalseThenRestart_IsFinishedByTheNextProcess(Dialect dialect)
    {
        var first = await ControlServer.StartAsync(dialect);
        var owner = await first.CreateTenantAsync("acme");
        first.Preparer.Hold();
        using var response = await owner.PostDeployAsync("acme", "web", Api.Wasm(), "?wait=false");
        Assert.Equal(202, (int)response.StatusCode);

        await using var second = await first.RestartAsync();

        await EventuallyAsync(() => second.Snapshot.Apps[Web].Live == 1);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_WaitFalseFinishedAfterALaterOne_IsReadyButNotLive(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        server.Preparer.Away = true;
        using var response = await owner.PostDeployAsync("acme", "web", Api.Wasm("slow"), "?wait=false");
        await EventuallyAsync(() => server.Preparer.Calls > 0);
        server.Preparer.Away = false;

        var second = await owner.DeployAsync("acme", "web", Api.Wasm("fast"));
        var slow = await WaitForAsync(owner, response.Headers.Location!.ToString(), version => version.State == VersionState.Ready);

        Assert.Equal(2, second.Version);
        Assert.False(slow.Live);
        Assert.Equal(2, server.Snapshot.Apps[Web].Live);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Rollback_WithoutAVersion_GoesToTheOneBefore(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        foreach (var content in new[] { "one", "two", "three" })
        {
            await owner.DeployAsync("acme", "web", Api.Wasm(content));
        }

        using var response = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new RollbackRequest());
        var back = await response.ReadAsync<DeployResource>(200);
        Assert.Equal((2, 3), (back.Version, back.Replaced));
        using var first = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new { version = 1 });
        Assert.Equal(1, (await first.ReadAsync<DeployResource>(200)).Version);
        Assert.Equal(1, server.Snapshot.Apps[Web].Live);
        using var none = await owner.PostAsync("/v1/tenants/acme/apps/web/rollback", null);
        await none.ProblemAsync(409, "conflict");
        using var unknown = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new { version = 9 });
        await unknown.ProblemAsync(404, "not-found");
        var next = await owner.DeployAsync("acme", "web", Api.Wasm("four"));
        Assert.Equal((4, 1), (next.Version, next.Replaced));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Purge_App_LeavesTheSnapshotAndANewOneOfTheNameStartsAfresh(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("one"));
        await owner.DeployAsync("acme", "web", Api.Wasm("two"));

        using var deleted = await owner.DeleteAsync("/v1/tenants/acme/apps/web?purge=true");
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.DoesNotContain(Web, server.Snapshot.Apps.Keys);
        using var again = await owner.DeleteAsync("/v1/tenants/acme/apps/web");
        Assert.Equal(404, (int)again.StatusCode);

        await owner.DeployAsync("acme", "web", Api.Wasm("three"));
        Assert.Equal(Api.Hex(Api.Wasm("three")), Assert.Single(server.Snapshot.Apps[Web].Versions).Value.Components[0].ModuleSha256);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Purge_Tenant_TakesItsAppsTokensAndModulesWithIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());

        using var deleted = await server.Operator.DeleteAsync("/v1/tenants/acme?purge=true");
        Assert.Equal(204, (int)deleted.StatusCode);
        using var gone = await owner.GetAsync("/v1/tenants/acme");
        Assert.Equal(401, (int)gone.StatusCode);
        Assert.Empty(server.Snapshot.Apps);
        var heir = await server.CreateTenantAsync("acme");
        Assert.Empty((await heir.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps")).Items);
        using var module = await heir.GetAsync($"/v1/tenants/acme/modules/sha256:{Api.Hex(Api.Wasm())}");
        Assert.Equal(404, (int)module.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Snapshot_AfterRestart_IsTheSame(Dialect dialect)
    {
        var first = await ControlServer.StartAsync(dialect);
        var owner = await first.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("one"));
        await owner.DeployAsync("acme", "web", Api.Wasm("two"));
        await owner.DeployAsync("acme", "api", Api.Wasm("three"));
        var before = first.Snapshot;

        await using var second = await first.RestartAsync();

        Assert.Equal(before.Revision, second.Snapshot.Revision);
        Assert.Equal(before.Apps.Keys.OrderBy(key => key.App), second.Snapshot.Apps.Keys.OrderBy(key => key.App));
        Assert.Equal(2, second.Snapshot.Apps[Web].Live);
        Assert.Equal([1, 2], second.Snapshot.Apps[Web].Versions.Keys.Order());
    }

    [Fact]
    public async Task Snapshot_ChangeOfAnotherProcess_IsFollowed()
    {
        await using var first = await ControlServer.StartAsync(Dialect.Postgres);
        await using var second = await first.StartAnotherAsync();
        var owner = await first.CreateTenantAsync("acme");

        await owner.DeployAsync("acme", "web", Api.Wasm());

        await EventuallyAsync(() => second.Snapshot.Apps.TryGetValue(Web, out var app) && app.Live == 1);
    }

    [Fact]
    public async Task Deploy_NotMultipart_IsUnsupported()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", new ByteArrayContent(Api.Wasm()));

        await response.ProblemAsync(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"module\"\r\n\r\n\0asm")]
    [InlineData("")]
    [InlineData("--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"../etc/passwd\"\r\n\r\nx\r\n--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"/etc/passwd\"\r\n\r\nx\r\n--x--\r\n")]
    [InlineData("--x\r\n\r\nx\r\n--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"module\"\r\n\r\n\0asm\r\n--x\r\nContent-Disposition: form-data; name=\"module\"\r\n\r\n\0asm\r\n--x--\r\n")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"module\"\r\n\r\n\0asm\r\n--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--x--\r\n")]
    public async Task Deploy_MalformedForm_IsInvalidAndChangesNothing(string body)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var content = new StringContent(body, Encoding.Latin1);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", content);

        await response.ProblemAsync(400, "invalid-request");
        Assert.Empty(server.Snapshot.Apps);
    }

    [Fact]
    public async Task Deploy_ModuleOverTheLimit_IsTooLarge()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { MaxModuleBytes = 1_000_000 });
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostDeployAsync("acme", "web", new byte[1_000_001]);

        await response.ProblemAsync(413, "too-large");
    }

    private static async Task<VersionResource> WaitForAsync(HttpClient client, string path, Func<VersionResource, bool> condition)
    {
        VersionResource? version = null;
        await EventuallyAsync(async () => condition(version = await client.GetAsync<VersionResource>(path)));
        return version!;
    }

    private static Task EventuallyAsync(Func<bool> condition) => EventuallyAsync(() => Task.FromResult(condition()));

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(20, timeout.Token);
        }
    }
}
