using System.Text;
using Platform.Contracts.Api;
using Platform.Control.Keys;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Variables;

public class SecretTests
{
    private const string Planted = "planted-secret-2b1f";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Secret_Set_IsGivenToWorkersAndToNobodyElse(Dialect dialect)
    {
        var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("variables/plain", Planted + "-as-variable");
        await owner.SetAsync("secrets/key", "first");
        await owner.SetAsync("secrets/key", Planted);
        Assert.Equal([$"key={Planted}", $"plain={Planted}-as-variable"], server.Live());

        Assert.Equal(["key token:1"], await owner.ListAsync<SecretResource>("secrets", static s => $"{s.Name} {s.UpdatedBy}"));
        using var byName = await owner.GetAsync($"{Values.App}/secrets/key");
        using var asVariable = await owner.GetAsync($"{Values.App}/variables/key");
        await byName.ProblemAsync(405, "method-not-allowed");
        await asVariable.ProblemAsync(404, "not-found");
        foreach (var path in (string[])["secrets", "variables", "limits", "versions", ""])
        {
            Assert.DoesNotContain(Planted + "\"", await owner.GetStringAsync($"{Values.App}/{path}".TrimEnd('/')), StringComparison.Ordinal);
        }

        // The audit trail has neither: it isn't encrypted.
        Assert.DoesNotContain(Planted, await owner.GetStringAsync("/v1/tenants/acme/audit"), StringComparison.Ordinal);
        using var deleted = await owner.DeleteAsync($"{Values.App}/secrets/key");
        Assert.Equal(204, (int)deleted.StatusCode);
        var entries = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items;
        Assert.Equal(["secret.delete", "secret.set", "secret.set", "variable.set"], entries.Take(4).Select(static entry => entry.Action));
        Assert.Equal("apps/web/secrets/key", entries[0].Target);
        Assert.All(entries.Take(2), static entry => Assert.Equal("{\"name\":\"key\",\"kind\":\"secret\"}", entry.Before!.Value.GetRawText()));
        Assert.Null(entries[2].Before);

        await owner.SetAsync("secrets/key", Planted);
        await using var database = server.Store.Open();
        var stored = await database.QueryAsync<byte[]>("SELECT value FROM app_values", null, CancellationToken.None);
        Assert.Equal(2, stored.Count);
        Assert.All(stored, static value => Assert.DoesNotContain(Planted, Encoding.Latin1.GetString(value), StringComparison.Ordinal));
        await server.StopAsync();
        if (dialect == Dialect.Sqlite)
        {
            foreach (var file in Directory.EnumerateFiles(server.Directory.FullName, "*.db*"))
            {
                Assert.DoesNotContain(Planted, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
            }
        }

        await server.Store.DisposeAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Row_CopiedToAnotherAppOrName_CanNotBeReadThere(Dialect dialect)
    {
        var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await owner.SetAsync("secrets/key", Planted);
        await owner.SetAsync("variables/shown", "x");
        await owner.SetAsync("/v1/tenants/acme/apps/second/variables/key", "x");
        await other.SetAsync("/v1/tenants/other/apps/web/variables/key", "x");
        await using (var database = server.Store.Open())
        {
            await database.ExecuteAsync("UPDATE app_values SET value = (SELECT value FROM app_values WHERE kind = 'secret') WHERE kind = 'variable'", null, CancellationToken.None);
        }

        // It starts all the same, without these.
        await using var restarted = await server.RestartAsync();
        using var again = await restarted.CreateTokenAsync("acme", TokenRole.Viewer);
        Assert.Equal([$"key={Planted}"], restarted.Live());
        Assert.Empty(restarted.Live("second"));
        foreach (var path in (string[])["/v1/tenants/acme/apps/web/variables/shown", "/v1/tenants/acme/apps/second/variables/key", "/v1/tenants/other/apps/web/variables/key"])
        {
            using var read = await restarted.Operator.GetAsync(path);
            Assert.DoesNotContain(Planted, await read.ProblemAsync(500, "internal"), StringComparison.Ordinal);
        }

        await restarted.Operator.SetAsync("/v1/tenants/acme/apps/second/variables/key", "mended");
        Assert.Equal(["key=mended"], restarted.Live("second"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Name_IsOneOfBothKinds_AndASecretNeverBecomesAVariable(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("variables/key", "shown");

        await owner.SetAsync("secrets/key", "hidden");
        using var back = await owner.PutAsync("variables/key", "shown again");
        using var wrongKind = await owner.DeleteAsync($"{Values.App}/variables/key");

        Assert.Contains("There is a secret 'key'", await back.ProblemAsync(409, "conflict"), StringComparison.Ordinal);
        await wrongKind.ProblemAsync(404, "not-found");
        Assert.Equal(["key=hidden"], server.Live());
        Assert.Empty((await owner.GetAsync<Page<VariableResource>>($"{Values.App}/variables")).Items);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task MasterKey_Rotated_IsTheOnlyOneThatStartsAndSecretsAreTheSame(Dialect dialect)
    {
        var next = new MasterKey(Encoding.UTF8.GetBytes("0123456789abcdef0123456789abcdef"));
        var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("secrets/key", Planted);
        await owner.SetAsync("variables/plain", "shown");
        var before = await StoredAsync(server);

        // The two values, and the key that access tokens are signed with.
        Assert.Equal(3, await server.Get<KeyRing>().RotateAsync(next, CancellationToken.None));

        var after = await StoredAsync(server);
        Assert.Empty(before.Intersect(after));
        await using var rotated = await server.RestartAsync(configure: options => options with { MasterKey = next });
        Assert.Equal([$"key={Planted}", "plain=shown"], rotated.Live());
        await rotated.StopAsync();
        var refused = await Assert.ThrowsAsync<StoreStartupException>(() => rotated.StartAnotherAsync());
        Assert.Contains("isn't the one that this store's keys are wrapped with", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Platform:PreviousMasterKey", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task MasterKey_ChangedBySettings_RewrapsAtTheStart(Dialect dialect)
    {
        var next = new MasterKey(Encoding.UTF8.GetBytes("0123456789abcdef0123456789abcdef"));
        var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.SetAsync("secrets/key", Planted);

        var changed = await server.RestartAsync(configure: options => options with { MasterKey = next, PreviousMasterKey = options.MasterKey });

        Assert.Equal([$"key={Planted}"], changed.Live());
        await using var again = await changed.RestartAsync(configure: options => options with { MasterKey = next });
        Assert.Equal([$"key={Planted}"], again.Live());
    }

    private static async Task<List<string>> StoredAsync(ControlServer server)
    {
        await using var database = server.Store.Open();
        return [.. (await database.QueryAsync<byte[]>("SELECT value FROM app_values", null, CancellationToken.None)).Select(Convert.ToBase64String)];
    }
}
