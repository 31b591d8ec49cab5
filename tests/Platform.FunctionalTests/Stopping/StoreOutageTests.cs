using System.Net;
using System.Net.Http.Json;
using Npgsql;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.FunctionalTests.Stopping;

/// <summary>Attack C4: PostgreSQL goes down and hangs under the running program.</summary>
public sealed class StoreOutageTests
{
    [Fact]
    public async Task Apps_WhilePostgresIsDownOrHangs_GoOn_AndTheApiIs503UntilItIsBack()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var proxy = new TcpProxy(postgres.Port);
        var connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Port = proxy.Port, Timeout = 2, CommandTimeout = 2, CancellationTimeout = -1 };
        await using var server = await PlatformServer.StartAsync(settings: new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = connection.ConnectionString });
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");

        foreach (var fail in (Action[])[proxy.Refuse, proxy.Hold])
        {
            fail();
            await ExpectUnavailableAsync(server, tenant);
            for (var i = 0; i < 50; i++)
            {
                await tenant.ExpectHelloAsync("app");
            }

            proxy.Resume();
            await Waiting.ForAsync(
                async () =>
                {
                    using var listed = await tenant.ApiAsync(HttpMethod.Get, "app", "/versions");
                    return listed.StatusCode == HttpStatusCode.OK;
                },
                "the API after the outage");
        }

        var answer = await tenant.DeployAsync("app", "c-hello");
        Assert.Equal(2, answer["version"]!.GetValue<int>());
    }

    private static async Task ExpectUnavailableAsync(PlatformServer server, Tenant tenant)
    {
        using var read = await tenant.ApiAsync(HttpMethod.Get, "app", "/versions");
        using var write = await server.SendAsync(HttpMethod.Post, "/v1/tenants", server.OperatorToken, JsonContent.Create(new { name = "other" }));
        foreach (var response in (HttpResponseMessage[])[read, write])
        {
            var problem = await PlatformServer.ExpectAsync(response, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("urn:platform:problem:store-unavailable", problem["type"]!.GetValue<string>());
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }
}
