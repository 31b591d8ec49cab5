using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>Deleting, restoring and purging an app with data.</summary>
public sealed class DeletionTests
{
    private const string Keep = """[["key-value.Store.open","default"],["$0.set","k",{"bytes":"kept"}],["sqlite.Connection.open","default"],["$2.execute","CREATE TABLE t (x)",[]]]""";
    private const string Read = """[["key-value.Store.open","default"],["$0.get","k"]]""";

    [Fact]
    public async Task App_DeletedAndRestored_HasItsData_PurgedHasNone()
    {
        await using var server = await PlatformServer.StartAsync(
            settings: new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50" }, compiled: "js-calls");
        var tenant = await server.CreateTenantAsync("keeper");
        await DeployAsync(tenant);
        await CallAsync(tenant, Keep);
        var databases = Path.Combine(server.DataDirectory, "sqlite");
        Assert.Single(Directory.EnumerateDirectories(databases));

        using (var deleted = await tenant.ApiAsync(HttpMethod.Delete, "app", ""))
        {
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        using (var gone = await tenant.GetAsync("app"))
        {
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        using (var restored = await tenant.ApiAsync(HttpMethod.Post, "app", "/restore"))
        {
            await PlatformServer.ExpectAsync(restored, HttpStatusCode.OK);
        }

        Assert.Contains("kept", await CallAsync(tenant, Read), StringComparison.Ordinal);

        using (var purged = await server.SendAsync(HttpMethod.Delete, "/v1/tenants/keeper/apps/app?purge=true", server.OperatorToken))
        {
            Assert.Equal(HttpStatusCode.NoContent, purged.StatusCode);
        }

        Assert.Empty(Directory.EnumerateDirectories(databases));
        await DeployAsync(tenant);
        Assert.DoesNotContain("kept", await CallAsync(tenant, Read), StringComparison.Ordinal);
    }

    private static async Task DeployAsync(Tenant tenant) => await tenant.DeployManifestAsync(
        "app",
        Manifests.For("calls.wasm").Replace("files = []", "key_value_stores = [\"default\"]\nsqlite_databases = [\"default\"]", StringComparison.Ordinal),
        ("calls.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-calls"))));

    private static async Task<string> CallAsync(Tenant tenant, string calls)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(calls) };
        using var response = await tenant.SendAsync("app", request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
