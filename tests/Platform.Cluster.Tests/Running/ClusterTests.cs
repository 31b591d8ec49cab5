using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.Cluster.Tests.Running;

/// <summary>What only a cluster can do: processes that come, go and are lost.</summary>
public sealed class ClusterTests(SharedPlatform platform)
{
    private const string Nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public async Task Workers_OneKilled_IdempotentRequestsAllAnswer()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 3);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var i = 0; i < 12; i++)
        {
            await tenant.DeployAsync($"app{i}", "c-hello");
        }

        // Under load from several clients, to all apps, one worker goes without a word.
        using var load = new ClusterLoad(4, (client, i) => tenant.GetAsync($"app{(client + i) % 12}"));
        await load.WaitForAsync(50);
        await cluster.Workers[0].StopAsync(ServerProcess.SigKill);
        await cluster.WaitForWorkersAsync(2);

        Assert.All(await load.StopAsync(), static status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Worker_ToldToStop_LosesNoRequest_NotEvenOneThatIsNotIdempotent()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 2);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var i = 0; i < 8; i++)
        {
            await tenant.DeployAsync($"app{i}", "c-echo");
        }

        using var load = new ClusterLoad(
            4, (client, i) => tenant.SendAsync($"app{(client + i) % 8}", new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = new StringContent($"body {i}") }));
        await load.WaitForAsync(50);
        await cluster.Workers[0].StopAsync();
        await cluster.WaitForWorkersAsync(1);

        Assert.All(await load.StopAsync(), static status => Assert.Equal(HttpStatusCode.OK, status));
    }

    /// <summary>The process behind breaks off a body that it doesn't want as soon as its answer is out: the client has the answer all the same, and its connection goes on.</summary>
    [Theory, InlineData(""), InlineData("app")]
    public async Task Body_ThatNobodyReads_TheAnswerArrives_AndTheNext(string app)
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", "c-hello");
        var host = app.Length == 0 ? "localhost" : tenant.HostOf(app);
        var (path, expected) = app.Length == 0 ? ("/v1/nothing", "404") : ("/", "200");
        var body = new string('x', 20_000);
        for (var i = 0; i < 40; i++)
        {
            await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
            await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {body.Length}\r\n\r\n{body}GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            var received = await connection.ReadToEndAsync();
            Assert.Equal(2, received.Split($"HTTP/1.1 {expected} ").Length - 1);
        }
    }

    [Fact]
    public async Task Worker_ThatIsNew_GetsRequests()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await cluster.Workers[0].StopAsync(ServerProcess.SigKill);

        // Nobody is there: the platform says so, and once somebody is, it answers. The new one has neither the snapshot nor the module yet.
        using (var lost = await tenant.GetAsync("app"))
        {
            Assert.True(lost.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable, lost.StatusCode.ToString());
        }

        await cluster.Add(cluster.Workers, "worker").StartAsync();
        await ExpectInTheEndAsync(() => tenant.GetAsync("app"), "the new worker's answer");
    }

    [Fact]
    public async Task ControlPlane_Gone_AppsGoOn_AlsoOnProcessesThatStartMeanwhile()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        using (var set = await tenant.ApiAsync(HttpMethod.Put, "hello", "/secrets/greeting", JsonContent.Create(new { value = "kept-from-view" })))
        {
            Assert.Equal(HttpStatusCode.NoContent, set.StatusCode);
        }

        await tenant.ExpectHelloAsync("hello");
        ClusterNode[] others = [cluster.Workers[0], cluster.Gateways[0]];
        await Waiting.ForAsync(
            () => Task.FromResult(others.All(static node => File.ReadAllText(SnapshotOf(node)).Contains("\"hello\"", StringComparison.Ordinal))), "the snapshots on disk");
        await Waiting.ForAsync(() => Task.FromResult(File.ReadAllText(SnapshotOf(cluster.Workers[0])).Contains("\"values\"", StringComparison.Ordinal)), "the secret on the worker's disk");
        await cluster.KillControlAsync();

        await tenant.ExpectHelloAsync("hello");
        using (var api = await cluster.Server.SendAsync(HttpMethod.Get, "/v1/tenants", cluster.Server.OperatorToken))
        {
            var problem = await PlatformServer.ExpectAsync(api, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("urn:platform:problem:no-control-plane", problem["type"]!.GetValue<string>());
        }

        // Both start from what they have on disk; nothing that is secret stands there in plain.
        foreach (var node in others)
        {
            await node.StopAsync();
            Assert.DoesNotContain("kept-from-view", await File.ReadAllTextAsync(SnapshotOf(node)), StringComparison.Ordinal);
            await node.StartAsync();
        }

        await ExpectInTheEndAsync(() => tenant.GetAsync("hello"), "the app without a control plane");
        await cluster.Controls[0].StartAsync();
        await ExpectInTheEndAsync(() => cluster.Server.SendAsync(HttpMethod.Get, "/v1/tenants", cluster.Server.OperatorToken), "the API again");
    }

    [Fact]
    public async Task ControlPlanes_OneKilled_TheOtherTakesItsCalls()
    {
        await using var cluster = await TestCluster.StartAsync(controls: 2, workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await cluster.KillControlAsync();

        var answer = await tenant.DeployAsync("app", "c-hello");

        Assert.Equal(2, answer["version"]!.GetValue<int>());
        await tenant.ExpectHelloAsync("app");
    }

    [Fact]
    public async Task Module_OfAppsOnAllWorkers_IsCompiledOnce()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 3);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var app = 0; app < 12; app++)
        {
            await tenant.DeployAsync($"app{app}", "c-hello");
            await tenant.ExpectHelloAsync($"app{app}");
        }

        var output = string.Concat(cluster.Workers.Select(static worker => worker.Process.Output));
        Assert.Equal(1, output.Split("ended with code 0").Length - 1);

        // Two, unless one of them got none of the apps.
        Assert.InRange(output.Split("was taken from worker").Length - 1, 1, 2);
    }

    [Fact]
    public async Task UsageAndLogs_OfAllWorkers_ComeTogether()
    {
        const int Apps = 8, Requests = 5;
        await using var cluster = await TestCluster.StartAsync(
            workers: 2, settings: new Dictionary<string, string> { ["Platform__Worker__UsageFlushInterval"] = "00:00:00.200" });
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var app = 0; app < Apps; app++)
        {
            await tenant.DeployAsync($"app{app}", "c-wagi");
            for (var request = 0; request < Requests; request++)
            {
                await tenant.ExpectHelloAsync($"app{app}");
            }
        }

        await Waiting.ForAsync(
            async () =>
            {
                using var usage = await tenant.TenantApiAsync(HttpMethod.Get, "/usage");
                return (await PlatformServer.ExpectAsync(usage, HttpStatusCode.OK))["rows"]!.AsArray().Sum(static row => row!["usage"]!["requests"]!.GetValue<long>()) == Apps * Requests;
            },
            "the usage of all requests");
        for (var app = 0; app < Apps; app++)
        {
            var name = $"app{app}";
            await Waiting.ForAsync(
                async () =>
                {
                    using var logs = await tenant.ApiAsync(HttpMethod.Get, name, "/logs");
                    return (await PlatformServer.ExpectAsync(logs, HttpStatusCode.OK))["items"]!.AsArray().Count == Requests;
                },
                $"the log of {name}");
        }
    }

    /// <summary>Workers tell one control plane their lines; who follows on the other has them at once too.</summary>
    [Fact]
    public async Task Log_FollowedOnTheOtherControlPlane_HasTheLines()
    {
        await using var cluster = await TestCluster.StartAsync(controls: 2, workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-wagi");
        await tenant.ExpectHelloAsync("app");
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        var followed = await Task.WhenAll(cluster.Controls.Select(async control =>
        {
            using var other = await PlatformServer.AttachAsync(control.Process, cluster.Controls[0].DataDirectory).ContinueWith(static server => server.Result.Http, TaskScheduler.Default);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/tenants/acme/apps/app/logs?follow=true");
            request.Headers.Authorization = new("Bearer", tenant.Token);
            using var log = await other.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            using var lines = new StreamReader(await log.Content.ReadAsStreamAsync(patience.Token));

            // The head is here, with the first ping: what is called now is yet to come, and before the next, at which a follower looks by itself.
            for (var i = 0; i < 3; i++)
            {
                await tenant.ExpectHelloAsync("app");
            }

            var pings = 0;
            for (var data = 0; data < 4;)
            {
                var line = (await lines.ReadLineAsync(patience.Token))!;
                data += line.StartsWith("data: {", StringComparison.Ordinal) ? 1 : 0;
                pings += line == "event: ping" ? 1 : 0;
            }

            return pings;
        }));

        Assert.Equal([1, 1], followed);
    }

    [Fact]
    public async Task InternalListener_WithoutAToken_Is401_AndThePublicOneHasNoneOfIt()
    {
        var cluster = platform.Cluster;
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        foreach (var path in (string[])["/snapshot?since=-1", "/workers", $"/blobs/{Nothing}?from=0", "/invoke", "/health", "/v1/tenants"])
        {
            foreach (var node in (ClusterNode[])[cluster.Controls[0], cluster.Workers[0]])
            {
                using var inside = await client.GetAsync(new Uri(node.InternalUrl!, path));
                Assert.Equal(HttpStatusCode.Unauthorized, inside.StatusCode);

                // Unsigned (alg none), for all roles.
                using var forged = new HttpRequestMessage(HttpMethod.Get, new Uri(node.InternalUrl!, path))
                {
                    Version = HttpVersion.Version20,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                    Headers = { { "platform-internal-token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZXMiOjcsImF1ZCI6InBsYXRmb3JtLWludGVybmFsIiwiZXhwIjo0MDAwMDAwMDAwfQ." } },
                };
                using var refused = await client.SendAsync(forged);
                Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
                using var outside = await cluster.Server.Http.GetAsync(new Uri(node.Url, path));
                Assert.True(
                    outside.StatusCode == HttpStatusCode.NotFound || (path == "/v1/tenants" && outside.StatusCode == HttpStatusCode.Unauthorized), $"{node.Name} {path}: {outside.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task InternalTraffic_WithMutualTls_TakesOnlyTheAuthoritysCertificates()
    {
        using var directory = new TemporaryDirectory();
        var (own, others) = (new TestCertificates(), new TestCertificates());
        var between = own.CertifyAuthority();
        var certificate = between.Issue("node");
        var settings = new Dictionary<string, string>
        {
            ["Platform__Internal__CertificatePath"] = directory.Combine("node.pem"),
            ["Platform__Internal__KeyPath"] = directory.Combine("node.key"),
            ["Platform__Internal__AuthorityPath"] = directory.Combine("authority.pem"),
        };
        await File.WriteAllTextAsync(settings["Platform__Internal__CertificatePath"], certificate.Certificate);
        await File.WriteAllTextAsync(settings["Platform__Internal__KeyPath"], certificate.Key);
        await File.WriteAllTextAsync(settings["Platform__Internal__AuthorityPath"], $"{own.AuthorityPem}\n{between.AuthorityPem}");
        await using var cluster = await TestCluster.StartAsync(workers: 1, settings: settings);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await tenant.ExpectHelloAsync("app");

        foreach (var pair in ((string Certificate, string Key)?[])[null, others.Issue("node")])
        {
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
            if (pair is { } shown)
            {
                var client = X509Certificate2.CreateFromPem(shown.Certificate, shown.Key);
                handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => client;
            }

            using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20 };
            await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(cluster.Workers[0].InternalUrl!, "/health")));
        }
    }

    private static string SnapshotOf(ClusterNode node) => Path.Combine(node.DataDirectory, "snapshot.json");

    private static Task ExpectInTheEndAsync(Func<Task<HttpResponseMessage>> send, string what) => Waiting.ForAsync(
        async () =>
        {
            using var answer = await send();
            return answer.StatusCode == HttpStatusCode.OK;
        },
        what);
}
