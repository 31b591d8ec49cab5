using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.Contracts.Api;
using Platform.Control.Idempotency;
using Platform.Control.Tests.Hosting;
using Platform.Data;
using Platform.Testing;

namespace Platform.Control.Tests.Idempotency;

/// <summary>A request that dies between its effect and its answer, and one whose process dies before its effect.</summary>
public class EffectTests
{
    private const string Acme = "/v1/tenants/acme";

    /// <summary>Every POST that takes an Idempotency-Key and has its effect in the store: what it is sent, and what counts its effects.</summary>
    private static readonly Dictionary<string, Post> Posts = new()
    {
        ["create a tenant"] = new("/v1/tenants", new { name = "other" }, "tenant.create", AsOperator: true),
        ["restore a tenant"] = new(Acme + "/restore", null, "tenant.restore", AsOperator: true, Before: server => server.Operator.DeleteAsync(Acme)),
        ["create a token"] = new(Acme + "/tokens", new { name = "ci", role = "viewer" }, "token.create"),
        ["invite a member"] = new(Acme + "/members", new { email = "jo@example.com", role = "viewer" }, "invitation.create"),
        ["reset a member's password"] = new(Acme + "/members/1/password-reset", null, "user.password-reset", Before: AddMemberAsync),
        ["reset a user's password"] = new("/v1/users/1/password-reset", null, "user.password-reset", AsOperator: true, Before: AddMemberAsync),
        ["restore an app"] = new(Acme + "/apps/web/restore", null, "app.restore", Before: server => server.Operator.DeleteAsync(Acme + "/apps/web")),
        ["claim a domain"] = new(Acme + "/apps/web/domains", new { name = "www.example.com" }, "domain.create"),
        ["prove a domain"] = new(Acme + "/apps/web/domains/www.example.com/verify", null, "domain.verify", Before: ClaimDomainAsync),
        ["approve a version"] = new(Acme + "/apps/web/versions/3/approve", null, "version.approve", Before: DeployWiderAsync),
        ["roll back"] = new(Acme + "/apps/web/rollback", new { }, "app.rollback"),
        ["deploy"] = new(Acme + "/apps/web/deploy", null, "app.deploy", IsDeploy: true),
        ["deploy later"] = new(Acme + "/apps/web/deploy?wait=false", null, "app.deploy", IsDeploy: true),
    };

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    public static TheoryData<Dialect, string> PostsOfDialects
    {
        get
        {
            var data = new TheoryData<Dialect, string>();
            foreach (var name in Posts.Keys)
            {
                data.Add(Dialect.Sqlite, name);
                data.Add(Dialect.Postgres, name);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(PostsOfDialects))]
    public async Task Post_DiedAfterItsEffect_IsAnsweredWithItAndHasNoSecond(Dialect dialect, string name)
    {
        var post = Posts[name];
        using var dns = new DnsServer();
        await using var server = await ControlServer.StartAsync(dialect, options => options with { DnsServers = [dns.EndPoint] });
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await owner.DeployAsync("acme", "web", Api.Wasm("2"));
        if (post.Before is { } before)
        {
            using var prepared = await before(server);
            Assert.True(prepared.IsSuccessStatusCode, await prepared.Content.ReadAsStringAsync());
        }

        var client = post.AsOperator ? server.Operator : owner;
        var effects = await CountAsync(server, post.Action);

        await RefuseToFinishAsync(server);
        using var died = await client.SendAsync(post.ToRequest("key"));
        await AllowToFinishAsync(server);
        using var retried = await client.SendAsync(post.ToRequest("key"));
        using var again = await client.SendAsync(post.ToRequest("key"));
        using var other = await client.SendAsync(post.ToRequest("another"));

        await died.ProblemAsync(500, "internal");
        var answer = await retried.Content.ReadAsStringAsync();
        Assert.True(retried.IsSuccessStatusCode, answer);
        Assert.Equal("true", retried.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.NotNull(JsonNode.Parse(answer));
        Assert.Equal(answer, await again.Content.ReadAsStringAsync());
        Assert.Equal(retried.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.Equal((retried.StatusCode, retried.Headers.Location), (again.StatusCode, again.Headers.Location));
        Assert.False(other.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(effects + (other.IsSuccessStatusCode ? 2 : 1), await CountAsync(server, post.Action));
        if (post.IsDeploy)
        {
            Assert.Equal(3, JsonNode.Parse(answer)!["version"]!.GetValue<int>());
            Assert.Equal([4, 3, 2, 1], (await owner.GetAsync<Page<VersionResource>>(Acme + "/apps/web/versions")).Items.Select(version => version.Version));
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Token_DiedAfterItsEffect_IsStillShownAndWorks(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var post = Posts["create a token"];
        await RefuseToFinishAsync(server);
        using var died = await owner.SendAsync(post.ToRequest("key"));
        await AllowToFinishAsync(server);

        await using var restarted = await server.StartAnotherAsync();
        using var client = restarted.Client(owner.DefaultRequestHeaders.Authorization!.Parameter);
        using var retried = await client.SendAsync(post.ToRequest("key"));

        var made = await retried.ReadAsync<CreatedTokenResource>(201);
        using var viewer = restarted.Client(made.Token);
        Assert.Equal("acme", (await viewer.GetAsync<TenantResource>(Acme)).Name);
        var stored = await restarted.Get<Database>().QueryAsync<byte[]>("SELECT answer FROM idempotency_keys WHERE answer IS NOT NULL", null, CancellationToken.None);
        Assert.DoesNotContain(made.Token, string.Join('\n', stored.Select(System.Text.Encoding.Latin1.GetString)), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeployThatNeedsApproval_DiedAfterItsEffect_IsRefusedAgainWithTheSameVersion(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        var developer = await server.CreateTokenAsync("acme", TokenRole.Developer);
        using var required = await owner.PutAsJsonAsync(Acme + "/settings", new TenantSettingsResource(true));
        await RefuseToFinishAsync(server);
        using var died = await developer.SendAsync(Wider());
        await AllowToFinishAsync(server);

        using var retried = await developer.SendAsync(Wider());

        Assert.Equal(500, (int)died.StatusCode);
        var problem = JsonNode.Parse(await retried.ProblemAsync(409, "approval-required"))!;
        Assert.Equal(2, problem["version"]!.GetValue<int>());
        Assert.Equal("true", retried.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(2, (await owner.GetAsync<Page<VersionResource>>(Acme + "/apps/web/versions")).Items.Count);

        static HttpRequestMessage Wider() => new(HttpMethod.Post, Acme + "/apps/web/deploy")
        {
            Content = WiderForm(),
            Headers = { { "Idempotency-Key", "key" } },
        };
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Key_OfAProcessThatDied_IsTakenOverWhenItsLeaseEnds(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        var post = Posts["create a token"];
        await owner.SendAsync(post.ToRequest("shape"));
        await CopyClaimAsync(server, "shape", "key", time.GetUtcNow() + IdempotencyStore.Lease);

        var retrying = owner.SendAsync(post.ToRequest("key"));
        await Task.WhenAny(retrying, Task.Delay(TimeSpan.FromMilliseconds(200)));
        var waited = !retrying.IsCompleted;
        time.Advance(IdempotencyStore.Lease + TimeSpan.FromMilliseconds(1));
        using var response = await retrying;

        Assert.True(waited);
        Assert.Equal(201, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Key_LeasedByAClockThatWasSetBack_IsTakenOver(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var post = Posts["create a token"];
        await owner.SendAsync(post.ToRequest("shape"));
        await CopyClaimAsync(server, "shape", "key", DateTimeOffset.UtcNow + TimeSpan.FromMinutes(10));

        using var response = await owner.SendAsync(post.ToRequest("key"));

        Assert.Equal(201, (int)response.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Request_ThatStoodStillLongerThanItsLease_HasNoEffectBesideWhoTookOver(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await server.Get<KeyLeases>().StopAsync(CancellationToken.None);
        var held = server.Preparer.Hold();
        var post = Posts["deploy"];
        var first = owner.SendAsync(post.ToRequest("key"));
        await UntilAsync(() => Task.FromResult(server.Preparer.Calls == 1));
        time.Advance(IdempotencyStore.Lease + TimeSpan.FromMilliseconds(1));
        var second = owner.SendAsync(post.ToRequest("key"));
        await UntilAsync(() => Task.FromResult(server.Preparer.Calls == 2));

        held.SetResult();
        using var lost = await first;
        using var won = await second;

        await lost.ProblemAsync(409, "conflict");
        Assert.NotNull(lost.Headers.RetryAfter);
        Assert.Equal(1, (await won.ReadAsync<DeployResource>(201)).Version);
        Assert.Single((await owner.GetAsync<Page<VersionResource>>(Acme + "/apps/web/versions")).Items);
        Assert.Equal(1, await CountAsync(server, "app.deploy"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Request_ThatRunsLongerThanItsLease_KeepsItsKey(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        var held = server.Preparer.Hold();
        var post = Posts["deploy"];
        var first = owner.SendAsync(post.ToRequest("key"));
        await UntilAsync(() => Task.FromResult(server.Preparer.Calls == 1));
        for (var i = 0; i < 2; i++)
        {
            time.Advance(IdempotencyStore.Lease - TimeSpan.FromSeconds(1));
            var wanted = (time.GetUtcNow() + TimeSpan.FromSeconds(3)).ToUnixTimeMilliseconds();
            await UntilAsync(async () => await server.Get<Database>().FindAsync<long>(
                "SELECT lease_until FROM idempotency_keys WHERE key = 'key'", null, CancellationToken.None) >= wanted);
        }

        var second = owner.SendAsync(post.ToRequest("key"));
        held.SetResult();
        using var answered = await first;
        using var replayed = await second;

        Assert.Equal(1, (await answered.ReadAsync<DeployResource>(201)).Version);
        Assert.Equal("true", replayed.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(1, server.Preparer.Calls);
    }

    [Fact]
    public async Task Start_OfTheOnlyProcess_GivesRunningKeysBackAndKeepsEffects()
    {
        var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        var token = owner.DefaultRequestHeaders.Authorization!.Parameter;
        var post = Posts["create a token"];
        await RefuseToFinishAsync(server);
        using var died = await owner.SendAsync(post.ToRequest("had"));
        await AllowToFinishAsync(server);
        await CopyClaimAsync(server, "had", "running", DateTimeOffset.UtcNow + IdempotencyStore.Lease);

        await using var restarted = await server.RestartAsync();
        using var client = restarted.Client(token);
        using var had = await client.SendAsync(post.ToRequest("had"));
        using var running = await client.SendAsync(post.ToRequest("running"));

        Assert.Equal("true", had.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(201, (int)running.StatusCode);
        Assert.False(running.Headers.Contains("Idempotency-Replayed"));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    // The store refuses the answer after the effect: what a process that dies there leaves.
    private static Task<int> RefuseToFinishAsync(ControlServer server) => server.Get<Database>().ExecuteAsync(
        server.Store.Dialect == Dialect.Sqlite
            ? "CREATE TRIGGER died BEFORE UPDATE OF response ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'died'); END"
            : """
              CREATE FUNCTION died() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'died'; END $$;
              CREATE TRIGGER died BEFORE UPDATE OF response ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION died()
              """,
        null,
        CancellationToken.None);

    private static Task<int> AllowToFinishAsync(ControlServer server) => server.Get<Database>().ExecuteAsync(
        server.Store.Dialect == Dialect.Sqlite ? "DROP TRIGGER died" : "DROP TRIGGER died ON idempotency_keys", null, CancellationToken.None);

    // As a process leaves it that claimed the key and died.
    private static Task<int> CopyClaimAsync(ControlServer server, string from, string to, DateTimeOffset until) => server.Get<Database>().ExecuteAsync(
        """
        INSERT INTO idempotency_keys (caller, key, request_hash, holder, started_at, lease_until, answer_key)
        SELECT caller, @to, request_hash, 'gone', started_at, @until, answer_key FROM idempotency_keys WHERE key = @from
        """,
        new { from, to, until = until.ToUnixTimeMilliseconds() },
        CancellationToken.None);

    private static Task<long> CountAsync(ControlServer server, string action) =>
        server.Get<Database>().FindAsync<long>("SELECT COUNT(*) FROM audit WHERE action = @action", new { action }, CancellationToken.None);

    private static async Task<HttpResponseMessage> AddMemberAsync(ControlServer server)
    {
        await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        return await server.Operator.GetAsync(Acme + "/members/1");
    }

    private static async Task<HttpResponseMessage> ClaimDomainAsync(ControlServer server)
    {
        using var claimed = await server.Operator.PostAsJsonAsync(Acme + "/apps/web/domains", new CreateDomainRequest("www.example.com"));
        var domain = await claimed.ReadAsync<DomainResource>(201);
        server.Get<FakeWeb>().Set(domain.Proof.Http.Url, domain.Proof.Http.Value);
        return await server.Operator.GetAsync(Acme + "/apps/web/domains/www.example.com");
    }

    private static async Task<HttpResponseMessage> DeployWiderAsync(ControlServer server)
    {
        using var required = await server.Operator.PutAsJsonAsync(Acme + "/settings", new TenantSettingsResource(true));
        var developer = await server.CreateTokenAsync("acme", TokenRole.Developer);
        using var refused = await developer.PostAsync(Acme + "/apps/web/deploy", WiderForm());
        await refused.ProblemAsync(409, "approval-required");
        return await server.Operator.GetAsync(Acme + "/apps/web/versions/3");
    }

    private static MultipartFormDataContent WiderForm() => Api.Form(
        """
        spin_manifest_version = 2
        [application]
        name = "test"
        version = "1.0.0"
        [[trigger.http]]
        route = "/..."
        component = "main"
        [component.main]
        source = "app.wasm"
        key_value_stores = ["default"]
        """,
        ("app.wasm", Api.Wasm("wider")));

    private sealed record Post(
        string Path, object? Body, string Action, bool AsOperator = false, bool IsDeploy = false, Func<ControlServer, Task<HttpResponseMessage>>? Before = null)
    {
        public HttpRequestMessage ToRequest(string key) => new(HttpMethod.Post, Path)
        {
            Content = IsDeploy ? Api.Form(Api.Wasm("new")) : Body is null ? null : JsonContent.Create(Body),
            Headers = { { "Idempotency-Key", key } },
        };
    }
}
