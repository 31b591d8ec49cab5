using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Control.Keys;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Commands;

/// <summary>What a backup and a restore do to a store.</summary>
public sealed class RestoredStoreTests
{
    private static readonly DateTimeOffset MadeAt = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Settle_OfARestoredStore_EndsWhatMustNotComeBackAndRecordsIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        using var owner = await server.CreateTenantAsync("acme");
        using var session = await server.Operator.PostAsJsonAsync("/v1/sessions", new { token = ControlServer.OperatorToken });
        var access = (await session.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
        using var invited = await owner.PostAsJsonAsync("/v1/tenants/acme/members", new { email = "jo@example.com", role = "viewer" });
        Assert.Equal(HttpStatusCode.Created, invited.StatusCode);
        using var signedIn = server.Client(access);
        Assert.Equal(HttpStatusCode.OK, (await signedIn.GetAsync("/v1/me")).StatusCode);
        await using var database = server.Store.Open();
        await database.ExecuteAsync(
            "INSERT INTO idempotency_keys (caller, key, request_hash, holder, started_at, response) VALUES ('c', 'running', @bytes, 'h', 1, NULL), ('c', 'done', @bytes, 'h', 1, @bytes)",
            new { bytes = new byte[] { 1 } },
            CancellationToken.None);

        await database.WriteAsync(
            async store =>
            {
                await ControlCommands.SettleRestoredAsync(store, "0.1.0", MadeAt, TimeProvider.System);
                return true;
            },
            CancellationToken.None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await signedIn.GetAsync("/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/v1/tenants/acme")).StatusCode);
        Assert.Equal(["done"], await database.QueryAsync<string>("SELECT key FROM idempotency_keys WHERE caller = 'c'", null, CancellationToken.None));
        Assert.Equal(0, await database.FindAsync<long>("SELECT (SELECT COUNT(*) FROM invitations) + (SELECT COUNT(*) FROM password_resets)", null, CancellationToken.None));
        var entry = (await server.Operator.GetFromJsonAsync<Page<AuditEntryResource>>("/v1/audit"))!.Items[0];
        Assert.Equal(("store.restore", "platform"), (entry.Action, entry.Actor));
        Assert.Equal(
            """{"madeAt":"2026-11-20T03:00:00+00:00","version":"0.1.0","ended":{"sessions":1,"invitations":1,"passwordResets":0}}""",
            entry.After!.Value.GetRawText().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task MasterKey_OfAStore_IsFoundAmongSeveral(Dialect dialect)
    {
        var right = new MasterKey(SHA256.HashData("right"u8));
        var (first, second) = (new MasterKey(SHA256.HashData("first"u8)), new MasterKey(SHA256.HashData("second"u8)));
        await using var server = await ControlServer.StartAsync(dialect, options => options with { MasterKey = right });
        await using var database = server.Store.Open();
        await using var store = await database.OpenAsync(CancellationToken.None);

        Assert.Same(right, await ControlCommands.FindMasterKeyAsync(store, [first, right]));
        var refused = await Assert.ThrowsAsync<StoreStartupException>(() => ControlCommands.FindMasterKeyAsync(store, [first, second]));
        Assert.Contains(right.Id, refused.Message, StringComparison.Ordinal);
    }
}
