using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.Cluster.Tests.Running;

/// <summary><c>deploy/local-cluster.sh</c>, as its user calls it.</summary>
public sealed class LocalClusterTests
{
    [Fact]
    public async Task LocalCluster_UpKilledStoppedAndDown_AnswersAllTheTime_AndKeepsWhatItHas()
    {
        using var directory = new TemporaryDirectory();
        File.SetUnixFileMode(directory.Path, File.GetUnixFileMode(directory.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var port = TestPorts.NextBlock();
        string[] options = ["--dir", directory.Path, "--port", $"{port}", "--host", Repository.HostProgram];
        try
        {
            await RunAsync(["up", .. options]);
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(directory.Combine("control-1/operator-token"))).Trim());
            using var tenant = await client.PostAsJsonAsync($"http://127.0.0.1:{port}/v1/tenants", new { name = "acme" });
            Assert.Equal(HttpStatusCode.Created, tenant.StatusCode);
            for (var app = 0; app < 6; app++)
            {
                using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(Repository.Guest("c-hello"))), "module", "hello.wasm" } };
                using var deployed = await client.PostAsync($"http://127.0.0.1:{port + (app % 2)}/v1/tenants/acme/apps/app{app}/deploy", form);
                Assert.Equal(HttpStatusCode.Created, deployed.StatusCode);
            }

            await RunAsync(["kill", "worker-2", .. options]);
            await ExpectAllAsync(port);
            await RunAsync(["stop", "worker-1", .. options]);
            await ExpectAllAsync(port);
            await RunAsync(["start", "worker-2", .. options]);
            await RunAsync(["down", .. options]);
            var status = await RunAsync(["status", .. options]);
            Assert.Equal(10, status.Split("doesn't run").Length - 1);

            await RunAsync(["up", .. options]);
            await ExpectAllAsync(port);
        }
        finally
        {
            await RunAsync(["down", .. options]);
        }
    }

    // Either gateway.
    private static async Task ExpectAllAsync(int port)
    {
        using var client = new HttpClient();
        for (var i = 0; i < 12; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port + (i % 2)}/") { Headers = { Host = $"app{i / 2}--acme.localhost" } };
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static Task<string> RunAsync(string[] arguments) => Shell.RunAsync("deploy/local-cluster.sh", arguments);
}
