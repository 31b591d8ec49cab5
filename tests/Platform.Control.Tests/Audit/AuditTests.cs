using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Audit;

public class AuditTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Changes_OfATenant_AreListedNewestFirstWithWhoAndFromWhere(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await owner.DeployAsync("acme", "web", Api.Wasm("2"));
        using var rollback = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new { });
        using var deleted = await owner.DeleteAsync("/v1/tenants/acme/apps/web");

        var entries = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items;

        Assert.Equal(["app.delete", "app.rollback", "app.deploy", "app.deploy", "token.create", "tenant.create"], entries.Select(entry => entry.Action));
        Assert.Equal(["apps/web", "apps/web/versions/1", "apps/web/versions/2", "apps/web/versions/1", "tokens/1", "tenants/acme"], entries.Select(entry => entry.Target));
        Assert.Equal(["token:1", "token:1", "token:1", "token:1", "operator", "operator"], entries.Select(entry => entry.Actor));
        Assert.All(entries, entry => Assert.Equal("127.0.0.1", entry.Address));
        Assert.All(entries, entry => Assert.NotEmpty(entry.RequestId!));
        Assert.Equal("test", entries[0].ActorName);
        Assert.Equal(2, entries[1].Before!.Value.GetProperty("live").GetInt32());
        Assert.Equal(1, entries[1].After!.Value.GetProperty("live").GetInt32());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Tenant_Deleted_ItsEntriesStayForTheOperator(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        using var deleted = await server.Operator.DeleteAsync("/v1/tenants/acme");
        Assert.Equal(204, (int)deleted.StatusCode);

        var entries = (await server.Operator.GetAsync<Page<AuditEntryResource>>("/v1/audit")).Items;

        Assert.Equal(["tenant.delete", "token.create", "tenant.create"], entries.Where(entry => entry.Tenant == "acme").Select(entry => entry.Action));
        Assert.Equal(["signing-keys.add"], entries.Where(entry => entry.Tenant is null).Select(entry => entry.Action));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Entries_AlteredOrDeletedInTheStore_AreRefusedByIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        await using var database = server.Store.Open();
        await using var connection = await database.OpenAsync(CancellationToken.None);

        var altered = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.ExecuteAsync("UPDATE audit SET actor = 'nobody'"));
        var deleted = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.ExecuteAsync("DELETE FROM audit"));

        Assert.Contains("append-only", altered.Message, StringComparison.Ordinal);
        Assert.Contains("append-only", deleted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AsCsvAndJson_HasEveryEntryAndNoFormula()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var created = await owner.PostAsJsonAsync("/v1/tenants/acme/tokens", new CreateTokenRequest("=HYPERLINK(\"http://evil\")", TokenRole.Owner));
        using var named = server.Client((await created.ReadAsync<CreatedTokenResource>(201)).Token);
        await named.DeployAsync("acme", "web", Api.Wasm());

        using var csv = await owner.GetAsync("/v1/tenants/acme/audit/export?format=csv");
        using var json = await owner.GetAsync("/v1/tenants/acme/audit/export?format=json");

        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        var text = await csv.Content.ReadAsStringAsync();
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("id,time,tenant,actor,", lines[0], StringComparison.Ordinal);
        Assert.Equal(5, lines.Length);
        Assert.Contains("\"'=HYPERLINK(\"\"http://evil\"\")\"", lines[1], StringComparison.Ordinal);
        var entries = (await json.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<AuditEntryResource>(line, JsonSerializerOptions.Web)!).ToList();
        Assert.Equal(["app.deploy", "token.create", "token.create", "tenant.create"], entries.Select(entry => entry.Action));
    }

    [Fact]
    public async Task Refusals_OfWrites_LeaveNoEntry()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        var before = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items.Count;

        using var again = await server.Operator.PostAsJsonAsync("/v1/tenants", new { name = "acme" });
        using var none = await owner.DeleteAsync("/v1/tenants/acme/apps/none");
        using var unknown = await owner.DeleteAsync("/v1/tenants/acme/tokens/99");

        Assert.Equal([409, 404, 404], new[] { (int)again.StatusCode, (int)none.StatusCode, (int)unknown.StatusCode });
        Assert.Equal(before, (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items.Count);
    }
}
