using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Api;
using Platform.Dashboard.Layout;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Layout;

public class TenantListTests
{
    private const string List = "GET /v1/tenants?limit=100";

    private static readonly Page<TenantResource> One = new([new TenantResource("acme", DateTimeOffset.UnixEpoch, new QuotaDocument())], null);

    [Fact]
    public async Task List_ThatWasRefused_IsReadAgain_AndThenNotAnyMore()
    {
        await using var context = new DashboardContext();
        var tenants = context.Services.GetRequiredService<TenantList>();
        context.Api.Answer(List, new { title = "Not now" }, 503);
        await tenants.LoadAsync();
        Assert.Equal(503, tenants.Problem?.Status);

        context.Api.Answer(List, One);
        await tenants.LoadAsync();
        Assert.Null(tenants.Problem);
        Assert.Equal(["acme"], tenants.Names);
        await tenants.LoadAsync();
        Assert.Equal(2, context.Api.Calls.Count(static call => call == List));
    }

    [Fact]
    public async Task List_ThatCouldNotBeRead_IsReadAgain()
    {
        await using var context = new DashboardContext();
        var tenants = context.Services.GetRequiredService<TenantList>();
        context.Api.Fail(List, new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(tenants.LoadAsync);
        context.Api.Answer(List, One);
        await tenants.LoadAsync();
        Assert.Equal(["acme"], tenants.Names);
    }

    [Fact]
    public async Task List_ThatIsBeingRead_IsReadOnce()
    {
        await using var context = new DashboardContext();
        var tenants = context.Services.GetRequiredService<TenantList>();
        var held = context.Api.Hold(List, One);
        var both = Task.WhenAll(tenants.LoadAsync(), tenants.LoadAsync());
        held.SetResult();
        await both;
        Assert.Single(context.Api.Calls, static call => call == List);
    }
}
