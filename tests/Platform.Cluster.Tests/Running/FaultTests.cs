using System.Diagnostics;
using System.Net;
using Npgsql;
using Platform.Cluster.Security;
using Platform.Cluster.Tests.Hosting;
using Platform.Contracts.Invocation;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.Cluster.Tests.Running;

/// <summary>Section C of the attacks, on a cluster.</summary>
public sealed class FaultTests(SharedPlatform platform)
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    /// <summary>C12: it has the connections and says nothing.</summary>
    /// <summary>C10: the wall clock of one process after the other is stepped by ten minutes, forth and back, under load. What a process measures is the monotonic clock's; what it tells others is taken all the same.</summary>
    [Fact]
    public async Task Clock_Stepped_OfAnyProcess_NoRequestFails_AndDeadlinesHold()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 2, clocks: true);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var app = 0; app < 8; app++)
        {
            await tenant.DeployAsync($"app{app}", "c-hello");
        }

        using var load = new ClusterLoad(3, (client, i) => tenant.GetAsync($"app{(client + i) % 8}"));
        await load.WaitForAsync(30);
        var deploys = 1;
        foreach (var node in (ClusterNode[])[cluster.Workers[0], cluster.Gateways[0], cluster.Controls[0]])
        {
            foreach (var ahead in (TimeSpan[])[TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(-10), TimeSpan.Zero])
            {
                await node.StepClockAsync(ahead);
                await load.WaitForAsync(load.Answers + 30);

                // At the latest once the workers' next beats are heard by the stepped clock.
                await Waiting.ForAsync(
                    async () =>
                    {
                        using var deployed = await tenant.TryDeployAsync("app0", await File.ReadAllBytesAsync(Repository.Guest("c-hello")));
                        return deployed.StatusCode == HttpStatusCode.Created;
                    },
                    $"a deploy with {node.Name}'s clock at {ahead}");
                deploys++;
            }
        }

        Assert.All(await load.StopAsync(), static status => Assert.Equal(HttpStatusCode.OK, status));
        using var versions = await tenant.ApiAsync(HttpMethod.Get, "app0", "/versions");
        Assert.Equal(deploys, (await PlatformServer.ExpectAsync(versions, HttpStatusCode.OK))["items"]!.AsArray().Count);

        // A guest's time isn't cut short or drawn out by a step while it runs.
        await tenant.DeployManifestAsync("slow", Manifests.For("faults.wasm", tool: "wall-ms = 3000"), ("faults.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-faults"))));
        var since = Stopwatch.StartNew();
        var sleeping = tenant.GetAsync("slow", "/sleep");
        await Waiting.ForAsync(() => Task.FromResult(since.Elapsed > TimeSpan.FromSeconds(1)), "it sleeps");
        await Task.WhenAll(cluster.Workers.Select(static worker => worker.StepClockAsync(TimeSpan.FromMinutes(10))));
        using var late = await sleeping;
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.True(since.Elapsed > TimeSpan.FromSeconds(2.9), since.Elapsed.ToString());
    }

    [Fact]
    public async Task Worker_ThatHangs_IsCountedOut_AndItsRequestsGoElsewhere()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 2);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var i = 0; i < 8; i++)
        {
            await tenant.DeployAsync($"app{i}", "c-hello");
            await tenant.ExpectHelloAsync($"app{i}");
        }

        cluster.Workers[0].Process.Signal(SigStop);
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
        {
            using var answer = await tenant.GetAsync($"app{i % 8}");
            return answer.StatusCode;
        }));

        // Bounded by the pings of its connections, far below a request's time.
        Assert.All(answers, static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{Stopwatch.GetElapsedTime(started)}");
        await Waiting.ForAsync(() => Task.FromResult(cluster.Gateways[0].Process.Output.Contains("requests go to others", StringComparison.Ordinal)), "the worker that is counted out");

        // Back, it is asked again.
        cluster.Workers[0].Process.Signal(SigCont);
        await Waiting.ForAsync(() => Task.FromResult(cluster.Gateways[0].Process.Output.Contains("answers again", StringComparison.Ordinal)), "the worker that is back");
    }

    /// <summary>C7: all that is in it is lost, and it is away for a while.</summary>
    [Fact]
    public async Task Redis_GoneAndBackEmpty_AppsAndDeploysGoOn()
    {
        await using var cluster = await TestCluster.StartAsync(controls: 2, workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await cluster.StopRedisAsync();

        await tenant.ExpectHelloAsync("app");
        await tenant.DeployAsync("app", "c-hello");
        await tenant.DeployAsync("other", "c-hello");
        await tenant.ExpectHelloAsync("other");

        // Where control planes don't wake each other, they look.
        await cluster.KillControlAsync();
        Assert.Equal(3, (await tenant.DeployAsync("app", "c-hello"))["version"]!.GetValue<int>());
        await cluster.StartRedisAsync();
        await tenant.DeployAsync("app", "c-hello");
        await tenant.ExpectHelloAsync("app");
    }

    /// <summary>C4: refused, then hanging.</summary>
    [Fact]
    public async Task Postgres_GoneOrHanging_AppsGoOn_TheApiIs503_AndNoWorkerIsForgotten()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var proxy = new TcpProxy(postgres.Port);
        var connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Port = proxy.Port, Timeout = 2, CommandTimeout = 2, CancellationTimeout = -1 };
        await using var cluster = await TestCluster.StartAsync(
            workers: 2, settings: new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = connection.ConnectionString });
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        foreach (var fail in (Action[])[proxy.Refuse, proxy.Hold])
        {
            fail();
            using (var api = await tenant.ApiAsync(HttpMethod.Get, "app", "/versions"))
            {
                var problem = await PlatformServer.ExpectAsync(api, HttpStatusCode.ServiceUnavailable);
                Assert.Equal("urn:platform:problem:store-unavailable", problem["type"]!.GetValue<string>());
            }

            for (var i = 0; i < 20; i++)
            {
                await tenant.ExpectHelloAsync("app");
            }

            await cluster.WaitForWorkersAsync(2);
            proxy.Resume();
            await Waiting.ForAsync(
                async () =>
                {
                    using var api = await tenant.ApiAsync(HttpMethod.Get, "app", "/versions");
                    return api.StatusCode == HttpStatusCode.OK;
                },
                "the API after the outage");
        }

        Assert.Equal(2, (await tenant.DeployAsync("app", "c-hello"))["version"]!.GetValue<int>());
    }

    /// <summary>The network between the gateway and one of the workers, and between that worker and the control plane, is cut, swallows everything, is slow: under load, with the loss counted.</summary>
    [Fact]
    public async Task Network_OfAWorker_CutSilentOrSlow_NoIdempotentRequestIsLost()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 1);
        var node = cluster.Add(cluster.Workers, "worker");
        await using var toWorker = new TcpProxy(node.InternalUrl!.Port);
        await using var toControl = new TcpProxy(cluster.Controls[0].InternalUrl!.Port);
        await node.StartAsync(more: new Dictionary<string, string>
        {
            ["Platform__AdvertiseUrl"] = $"http://127.0.0.1:{toWorker.Port}",
            ["Platform__ControlUrls__0"] = $"http://127.0.0.1:{toControl.Port}",
        });
        await cluster.WaitForWorkersAsync(2);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var i = 0; i < 12; i++)
        {
            await tenant.DeployAsync($"app{i}", "c-hello");
        }

        using var load = new ClusterLoad(4, (client, i) => tenant.GetAsync($"app{(client + i) % 12}"));
        await load.WaitForAsync(50);
        foreach (var fail in (Action<TcpProxy>[])[static proxy => proxy.Refuse(), static proxy => proxy.Hold(), static proxy => proxy.Delay(TimeSpan.FromMilliseconds(200))])
        {
            foreach (var proxy in (TcpProxy[])[toWorker, toControl])
            {
                fail(proxy);
                await load.WaitForAsync(load.Answers + 40);
                proxy.Resume();
            }

            // What is deployed meanwhile is served by whoever has it, and in the end by all.
            await Waiting.ForAsync(
                async () =>
                {
                    using var deployed = await tenant.TryDeployAsync("app0", await File.ReadAllBytesAsync(Repository.Guest("c-hello")));
                    return deployed.StatusCode == HttpStatusCode.Created;
                },
                "a deploy");
        }

        Assert.All(await load.StopAsync(), static status => Assert.Equal(HttpStatusCode.OK, status));
    }

    /// <summary>C8: a worker whose disk is full from the start has neither compiled modules nor a snapshot on it, and runs apps all the same.</summary>
    [Fact]
    public async Task Disk_OfAWorker_Full_AppsRunAllTheSame_AndNoPartOfAFileIsLeft()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 1);
        var node = cluster.Add(cluster.Workers, "worker");
        Directory.CreateDirectory(node.DataDirectory);
        await Shell.RunAsync("tests/Platform.Cluster.Tests/Hosting/small-disk.sh", "mount", node.DataDirectory);
        try
        {
            await node.StartAsync();
            await cluster.WaitForWorkersAsync(2);
            await cluster.Workers[0].StopAsync();
            var filler = Path.Combine(node.DataDirectory, "filler");
            await Assert.ThrowsAsync<IOException>(() => File.WriteAllBytesAsync(filler, new byte[2 << 20]));

            var tenant = await cluster.Server.CreateTenantAsync("acme");
            for (var i = 0; i < 3; i++)
            {
                await tenant.DeployAsync($"app{i}", "c-hello");
                await tenant.ExpectHelloAsync($"app{i}");
            }

            await tenant.DeployAsync("echo", "c-echo");
            using (var answer = await tenant.GetAsync("echo", "/info"))
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            var artifacts = Path.Combine(node.DataDirectory, "artifacts");
            Assert.Empty(Directory.Exists(artifacts) ? Directory.EnumerateFiles(artifacts, "*", SearchOption.AllDirectories) : []);

            // With room again it has them on its disk.
            File.Delete(filler);
            await tenant.DeployAsync("static", "c-static");
            Assert.NotEmpty(Directory.EnumerateFiles(artifacts, "*", SearchOption.AllDirectories));
        }
        finally
        {
            await node.DisposeAsync();
            await Shell.RunAsync("tests/Platform.Cluster.Tests/Hosting/small-disk.sh", "unmount", node.DataDirectory);
        }
    }

    /// <summary>C9: compiled modules that were changed on a worker's disk aren't loaded, but made again.</summary>
    [Fact]
    public async Task Artifacts_ChangedOnAWorkersDisk_AreMadeAgain()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        foreach (var guest in (string[])["c-hello", "c-echo"])
        {
            await tenant.DeployAsync(guest, guest);
        }

        await cluster.Workers[0].StopAsync();
        var files = Directory.GetFiles(Path.Combine(cluster.Workers[0].DataDirectory, "artifacts"), "*.cwasm", SearchOption.AllDirectories);
        Assert.True(files.Length >= 2);
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        await cluster.Workers[0].StartAsync();
        await Waiting.ForAsync(
            async () =>
            {
                using var hello = await tenant.GetAsync("c-hello");
                return hello.StatusCode == HttpStatusCode.OK;
            },
            "the app");
        using var echo = await tenant.GetAsync("c-echo", "/info");
        Assert.Equal(HttpStatusCode.OK, echo.StatusCode);
        Assert.True(cluster.Workers[0].Process.Output.Split("ended with code 0").Length - 1 >= 2, cluster.Workers[0].Process.Output);
    }

    /// <summary>C11: what a gateway says wrongly, or of another tenant, the worker doesn't run.</summary>
    [Fact]
    public async Task Worker_AskedForWhatItsSnapshotDoesNotHave_SaysThatItIsStale()
    {
        var (one, other) = (await platform.NewTenantAsync(), await platform.NewTenantAsync());
        await one.DeployAsync("app", "c-hello");
        await other.DeployAsync("secret", "c-hello");
        var right = Invocation(one.Name, "/");
        Assert.Equal("guest", await InvokeAsync(right));

        foreach (var (name, value) in ((string, string)[])
        [
            (InvocationHeaders.Tenant, other.Name),
            (InvocationHeaders.App, "secret"),
            (InvocationHeaders.App, "none"),
            (InvocationHeaders.Version, "2"),
            (InvocationHeaders.Component, "other"),
            (InvocationHeaders.Route, "/other"),
        ])
        {
            Assert.Equal("stale", await InvokeAsync(new Dictionary<string, string>(right) { [name] = value }));
        }

        // And only a gateway may ask.
        Assert.Null(await InvokeAsync(right, NodeRoles.Worker | NodeRoles.Control));
    }

    /// <summary>A worker that is tried after another gives the guest what is left of its time.</summary>
    [Fact]
    public async Task Worker_TriedAfterAnother_GivesWhatIsLeftOfTheTime()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", "c-faults");
        var asked = Invocation(tenant.Name, "/sleep");
        var since = Stopwatch.StartNew();
        Assert.Equal("wall", await InvokeAsync(new Dictionary<string, string>(asked) { [InvocationHeaders.Elapsed] = "29999" }));
        Assert.Equal("wall", await InvokeAsync(new Dictionary<string, string>(asked) { [InvocationHeaders.Elapsed] = "4000000000" }));
        Assert.Null(await InvokeAsync(new Dictionary<string, string>(asked) { [InvocationHeaders.Elapsed] = "-1" }));
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(25), "all of its 30 seconds were given");
    }

    private static Dictionary<string, string> Invocation(string tenant, string target) => new()
    {
        [InvocationHeaders.Tenant] = tenant,
        [InvocationHeaders.App] = "app",
        [InvocationHeaders.Version] = "1",
        [InvocationHeaders.Component] = "default",
        [InvocationHeaders.Route] = "/...",
        [InvocationHeaders.Revision] = "0",
        [InvocationHeaders.RequestId] = "test",
        [InvocationHeaders.Target] = target,
        [InvocationHeaders.Host] = "app.example",
        [InvocationHeaders.Scheme] = "http",
        [InvocationHeaders.Protocol] = "HTTP/1.1",
        [InvocationHeaders.Client] = "127.0.0.1:1",
    };

    private async Task<string?> InvokeAsync(Dictionary<string, string> headers, NodeRoles caller = NodeRoles.Gateway)
    {
        using var directory = new TemporaryDirectory();
        var tokens = new ClusterTokens(
            new ClusterOptions { NodeId = "test", Roles = caller, Key = platform.Cluster.Key, ControlUrls = [], DataDirectory = directory.Path, Version = "test" }, TimeProvider.System);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(platform.Cluster.Workers[0].InternalUrl!, InvocationHeaders.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add(ClusterTokens.HeaderName, tokens.Current);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await client.SendAsync(request);
        return response.Headers.TryGetValues(InvocationHeaders.Outcome, out var outcome) ? outcome.Single() : null;
    }
}
