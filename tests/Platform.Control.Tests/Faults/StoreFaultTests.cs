using System.Diagnostics;
using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Faults;

/// <summary>PostgreSQL down, hanging, out of connections, and lost as a transaction commits.</summary>
public class StoreFaultTests
{
    private const string Versions = "/v1/tenants/acme/apps/web/versions";

    // Far above both time-outs of the connection string, on a machine that has more to do.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Attack C5: the client learns that it doesn't know, and its retry has the effect once.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Deploy_ConnectionLostAtItsCommit_IsHadOnceByTheRetry(bool committed)
    {
        await using var control = await ProxiedControl.StartAsync();
        var owner = await control.Server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        control.Proxy.CutAtCommit("INSERT INTO versions", committed);

        using var unknown = await owner.SendAsync(Deploy());
        Assert.False(control.Proxy.IsCutAhead);
        using var retried = await owner.SendAsync(Deploy());

        await unknown.ProblemAsync(503, "store-unavailable");
        Assert.NotNull(unknown.Headers.RetryAfter);
        Assert.Equal(2, (await retried.ReadAsync<DeployResource>(201)).Version);
        Assert.Equal(committed, retried.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal([2, 1], (await owner.GetAsync<Page<VersionResource>>(Versions)).Items.Select(version => version.Version));
        Assert.Equal(2, control.Server.Snapshot.Apps.Values.Single().Live);

        static HttpRequestMessage Deploy() => new(HttpMethod.Post, "/v1/tenants/acme/apps/web/deploy")
        {
            Content = Api.Form(Api.Wasm("2")),
            Headers = { { "Idempotency-Key", "key" } },
        };
    }

    /// <summary>Attack C5, of what is shown once.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Token_ConnectionLostAtItsCommit_IsMadeOnceAndShownByTheRetry(bool committed)
    {
        await using var control = await ProxiedControl.StartAsync();
        var owner = await control.Server.CreateTenantAsync("acme");
        control.Proxy.CutAtCommit("INSERT INTO tokens", committed);

        using var unknown = await owner.SendAsync(Create());
        using var retried = await owner.SendAsync(Create());

        await unknown.ProblemAsync(503, "store-unavailable");
        using var made = control.Server.Client((await retried.ReadAsync<CreatedTokenResource>(201)).Token);
        Assert.Equal("acme", (await made.GetAsync<TenantResource>("/v1/tenants/acme")).Name);
        Assert.Single((await owner.GetAsync<Page<TokenResource>>("/v1/tenants/acme/tokens")).Items, token => token.Name == "ci");

        static HttpRequestMessage Create() => new(HttpMethod.Post, "/v1/tenants/acme/tokens")
        {
            Content = JsonContent.Create(new { name = "ci", role = "viewer" }),
            Headers = { { "Idempotency-Key", "key" } },
        };
    }

    /// <summary>Attack C5: a claim that committed unseen ends by itself.</summary>
    [Fact]
    public async Task Claim_ConnectionLostAtItsCommit_IsTakenOverByTheRetry()
    {
        await using var control = await ProxiedControl.StartAsync();
        var owner = await control.Server.CreateTenantAsync("acme");
        control.Proxy.CutAtCommit("INSERT INTO idempotency_keys", committed: true);

        using var unknown = await owner.SendAsync(Create());
        using var retried = await owner.SendAsync(Create());

        await unknown.ProblemAsync(503, "store-unavailable");
        await retried.ReadAsync<CreatedTokenResource>(201);

        static HttpRequestMessage Create() => new(HttpMethod.Post, "/v1/tenants/acme/tokens")
        {
            Content = JsonContent.Create(new { name = "ci", role = "viewer" }),
            Headers = { { "Idempotency-Key", "key" } },
        };
    }

    /// <summary>Attack C4.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task Store_DownOrHanging_IsAnswered503WithoutAPileUpAndRecovers(bool hangs)
    {
        await using var control = await ProxiedControl.StartAsync(poolSize: 5);
        var owner = await control.Server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        var app = control.Server.Snapshot.Apps.Values.Single();
        if (hangs)
        {
            control.Proxy.Hold();
        }
        else
        {
            control.Proxy.Refuse();
        }

        var started = Stopwatch.GetTimestamp();
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? owner.GetAsync(Versions) : owner.PostDeployAsync("acme", "web", Api.Wasm("2"))));

        foreach (var response in responses)
        {
            await response.ProblemAsync(503, "store-unavailable");
            Assert.NotNull(response.Headers.RetryAfter);
            response.Dispose();
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < Bound, $"{Stopwatch.GetElapsedTime(started)}");

        // What gateways and workers go by is as it was.
        Assert.Same(app, control.Server.Snapshot.Apps.Values.Single());
        control.Proxy.Resume();
        await RecoveredAsync(owner);
        Assert.Equal(2, (await owner.DeployAsync("acme", "web", Api.Wasm("3"))).Version);
    }

    /// <summary>Attack C6.</summary>
    [Fact]
    public async Task Pool_Exhausted_Is503AtTheAcquireTimeout()
    {
        await using var control = await ProxiedControl.StartAsync(poolSize: 3);
        var owner = await control.Server.CreateTenantAsync("acme");
        var held = new List<System.Data.Common.DbConnection>();
        for (var i = 0; i < 3; i++)
        {
            held.Add(await control.Server.Get<Database>().OpenAsync(CancellationToken.None));
        }

        var started = Stopwatch.GetTimestamp();
        using var read = await owner.GetAsync("/v1/tenants/acme");
        using var write = await owner.PostDeployAsync("acme", "web", Api.Wasm());
        var took = Stopwatch.GetElapsedTime(started);
        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }

        await read.ProblemAsync(503, "store-unavailable");
        await write.ProblemAsync(503, "store-unavailable");
        Assert.InRange(took, TimeSpan.FromSeconds(3), Bound);
        await RecoveredAsync(owner);
    }

    private static async Task RecoveredAsync(HttpClient owner)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await owner.GetAsync("/v1/tenants/acme");
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            Assert.Equal(503, (int)response.StatusCode);
            Assert.True(Stopwatch.GetElapsedTime(started) < Bound, "it never recovered");
        }
    }
}
