using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Paging;

public class PagingTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Lists_PageByPage_GiveEveryItemOnceInOrder(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        for (var i = 0; i < 5; i++)
        {
            await owner.DeployAsync("acme", $"app{i}", Api.Wasm());
            await owner.DeployAsync("acme", "app0", Api.Wasm($"{i}"));
        }

        Assert.Equal(["app0", "app1", "app2", "app3", "app4"], await ReadAllAsync<AppResource, string>(owner, "/v1/tenants/acme/apps?limit=2", app => app.Name));
        Assert.Equal([6, 5, 4, 3, 2, 1], await ReadAllAsync<VersionResource, int>(owner, "/v1/tenants/acme/apps/app0/versions?limit=3", v => v.Version));
        Assert.Equal(["acme"], await ReadAllAsync<TenantResource, string>(server.Operator, "/v1/tenants?limit=1", tenant => tenant.Name));
    }

    [Theory]
    [InlineData("1000000000", 201)]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    public async Task Limit_OutOfRange_IsClamped(string limit, int atMost)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "one", Api.Wasm());
        await owner.DeployAsync("acme", "two", Api.Wasm());

        var page = await owner.GetAsync<Page<AppResource>>($"/v1/tenants/acme/apps?limit={limit}");

        Assert.Equal(Math.Min(2, atMost), page.Items.Count);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%27%20OR%201%3D1%20--")]
    [InlineData("%00")]
    [InlineData("%C3%A9AAAAAAAAEAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Cursor_Forged_IsInvalid(string cursor)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.GetAsync($"/v1/tenants/acme/apps?cursor={cursor}");

        await response.ProblemAsync(400, "invalid-cursor");
    }

    [Fact]
    public async Task Cursor_OfAnotherTenantOrList_IsInvalid()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await owner.DeployAsync("acme", "one", Api.Wasm());
        await owner.DeployAsync("acme", "two", Api.Wasm());
        var cursor = (await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps?limit=1")).Cursor;
        Assert.NotNull(cursor);

        using var tenant = await other.GetAsync($"/v1/tenants/other/apps?cursor={cursor}");
        using var list = await owner.GetAsync($"/v1/tenants/acme/tokens?cursor={cursor}");
        using var changed = await owner.GetAsync($"/v1/tenants/acme/apps?cursor={(cursor[0] == 'B' ? 'C' : 'B')}{cursor[1..]}");

        await tenant.ProblemAsync(400, "invalid-cursor");
        await list.ProblemAsync(400, "invalid-cursor");
        await changed.ProblemAsync(400, "invalid-cursor");
    }

    private static async Task<List<TValue>> ReadAllAsync<TItem, TValue>(HttpClient client, string path, Func<TItem, TValue> value)
    {
        var all = new List<TValue>();
        string? cursor = null;
        do
        {
            var page = await client.GetAsync<Page<TItem>>(cursor is null ? path : $"{path}&cursor={cursor}");
            Assert.NotEmpty(page.Items);
            all.AddRange(page.Items.Select(value));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return all;
    }
}
