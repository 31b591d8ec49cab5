using System.Net;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.FunctionalTests.Limits;

/// <summary>Attack C15: a module that kills its worker again and again. No guest can, as far as is known: the test kills the process while the guest is in it.</summary>
public sealed class QuarantineTests
{
    [Fact]
    public async Task Module_ThatThreeProcessesDiedWith_IsNotRunAnyMore_AndTheOperatorAndItsTenantAreTold()
    {
        using var directory = new TemporaryDirectory();
        var server = await PlatformServer.StartAsync(directory.Path);
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("killer", "c-faults");
        await tenant.DeployAsync("busy", "c-echo");
        for (var death = 0; death < 3; death++)
        {
            // The other app's module runs too when the process dies, but has run well in it before.
            for (var i = 0; i < 110; i++)
            {
                using var answer = await tenant.GetAsync("busy", "/info");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            await using var waiting = await RawConnection.OpenAsync(server.Url);
            await waiting.SendAsync($"POST /echo HTTP/1.1\r\nHost: {tenant.HostOf("busy")}\r\nContent-Length: 10\r\n\r\nhalf");
            await Waiting.ForAsync(async () => (await server.Http.GetStringAsync("/metrics")).Contains("platform_worker_instances{otel_scope_name=\"Platform.Worker\"} 1\n", StringComparison.Ordinal), "it runs");
            var last = tenant.GetAsync("killer", "/sleep");
            await Waiting.ForAsync(() => Task.FromResult(File.ReadAllBytes(Path.Combine(directory.Path, "running")).Any(static octet => octet != 0)), "the guest runs");
            server.Process.Signal(ServerProcess.SigKill);
            await server.Process.WaitForExitAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => last);
            await server.DisposeAsync();
            server = await PlatformServer.StartAsync(directory.Path);
            tenant = new Tenant(server, tenant.Name, tenant.Token);
        }

        await using (server)
        {
            using var refused = await tenant.GetAsync("killer", "/");
            var problem = await PlatformServer.ExpectAsync(refused, HttpStatusCode.InternalServerError);
            Assert.Equal("urn:platform:problem:quarantined", problem["type"]!.GetValue<string>());
            using var busy = await tenant.GetAsync("busy", "/info");
            Assert.Equal(HttpStatusCode.OK, busy.StatusCode);

            Assert.Contains("is in quarantine", server.Process.Output, StringComparison.Ordinal);
            Assert.Contains("platform_worker_quarantined{otel_scope_name=\"Platform.Worker\"} 1\n", await server.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
            await Waiting.ForAsync(
                async () =>
                {
                    using var logs = await tenant.ApiAsync(HttpMethod.Get, "killer", "/logs");
                    return (await logs.Content.ReadAsStringAsync()).Contains("ended the worker that ran it several times", StringComparison.Ordinal);
                },
                "the app's log says so");
            using var again = await tenant.TryDeployAsync("other", await File.ReadAllBytesAsync(Repository.Guest("c-faults")));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        }
    }
}
