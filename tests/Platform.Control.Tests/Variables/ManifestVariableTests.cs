using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Variables;

public class ManifestVariableTests
{
    private const string Required = "api_key = { required = true, secret = true }\nhost = { required = true }\ngreeting = { default = \"hi\" }";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_RequiredVariablesWithoutValues_IsRefusedNamingWhatToCallUntilAllAreSet(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        foreach (var query in (string[])["", "?wait=false"])
        {
            using var none = await owner.DeployVariablesAsync(Required, query);
            Assert.Contains("PUT /v1/tenants/acme/apps/web/secrets/api_key", await none.ProblemAsync(422, "variable-required"), StringComparison.Ordinal);
        }

        Assert.Empty(server.Snapshot.Apps);
        await owner.SetAsync("secrets/api_key", "x");
        using var one = await owner.DeployVariablesAsync(Required);
        Assert.Contains("PUT /v1/tenants/acme/apps/web/variables/host", await one.ProblemAsync(422, "variable-required"), StringComparison.Ordinal);
        await owner.SetAsync("variables/host", "example.com");
        using var deployed = await owner.DeployVariablesAsync(Required);

        Assert.Equal(1, (await deployed.ReadAsync<DeployResource>(201)).Version);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task RequiredValue_OfTheLiveVersion_StaysAndARollbackNeedsIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("variables/host", "example.com");
        using var first = await owner.DeployVariablesAsync("host = { required = true }");
        await first.ReadAsync<DeployResource>(201);

        using var kept = await owner.DeleteAsync($"{Values.App}/variables/host");
        using var second = await owner.DeployVariablesAsync("host = { default = \"\" }");
        using var deleted = await owner.DeleteAsync($"{Values.App}/variables/host");
        using var rollback = await owner.PostAsJsonAsync($"{Values.App}/rollback", new { });

        Assert.Contains("requires the variable 'host'", await kept.ProblemAsync(409, "conflict"), StringComparison.Ordinal);
        await second.ReadAsync<DeployResource>(201);
        Assert.Equal(204, (int)deleted.StatusCode);
        await rollback.ProblemAsync(422, "variable-required");
        await owner.SetAsync("secrets/host", "example.com");
        using var again = await owner.PostAsJsonAsync($"{Values.App}/rollback", new { });
        Assert.Equal(1, (await again.ReadAsync<DeployResource>(200)).Version);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task SecretOfTheManifest_SetAsAVariable_IsRefusedNamingWhatToCall(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("variables/api_key", "planted-secret");

        using var shown = await owner.DeployVariablesAsync("api_key = { default = \"\", secret = true }");
        await owner.SetAsync("secrets/api_key", "planted-secret");
        using var deployed = await owner.DeployVariablesAsync("api_key = { default = \"\", secret = true }");
        using var deleted = await owner.DeleteAsync($"{Values.App}/secrets/api_key");
        using var variable = await owner.PutAsync("variables/api_key", "planted-secret");

        var problem = await shown.ProblemAsync(422, "secret-expected");
        Assert.Contains("PUT /v1/tenants/acme/apps/web/secrets/api_key", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", problem, StringComparison.Ordinal);
        await deployed.ReadAsync<DeployResource>(201);
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Contains("PUT /v1/tenants/acme/apps/web/secrets/api_key", await variable.ProblemAsync(422, "secret-expected"), StringComparison.Ordinal);
        Assert.Empty(server.Live());
    }
}
