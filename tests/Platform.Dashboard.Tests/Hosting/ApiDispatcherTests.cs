using Microsoft.Extensions.DependencyInjection;
using Platform.Dashboard.Api;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard.Tests.Hosting;

public class ApiDispatcherTests
{
    [Theory]
    [InlineData("/v1/tenants/acme", "/v1/tenants/acme")]
    [InlineData("/v1/tenants/x%2Fapps%2Fy", "/v1/tenants/x%2Fapps%2Fy")]
    [InlineData("/v1/tenants/x%2fapps", "/v1/tenants/x%2Fapps")]
    [InlineData("/v1/tenants/x%252Fapps", "/v1/tenants/x%2Fapps")]
    [InlineData("/v1/tenants/%C3%A4%20b?x=%2F", "/v1/tenants/ä b")]
    public async Task Path_IsUnescapedAsTheServerDoesIt(string asked, string path)
    {
        await using var context = new DashboardContext();
        var dispatcher = context.Services.GetRequiredService<ApiDispatcher>();
        var taken = new TaskCompletionSource<string>();
        dispatcher.Take(http =>
        {
            taken.SetResult(http.Request.Path.Value!);
            return Task.CompletedTask;
        });
        await dispatcher.SendAsync(await context.Services.GetRequiredService<CurrentVisitor>().GetAsync(), new ApiCall(HttpMethod.Get, asked), CancellationToken.None);
        Assert.Equal(path, await taken.Task);
    }

    /// <summary>A name in a page's address that looks like a way to another thing.</summary>
    [Fact]
    public async Task Tenant_WithASlashInItsName_IsNoAppOfAnother()
    {
        await using var context = new DashboardContext();
        context.Open("/t/x%2Fapps%2Fy");
        await context.Api.AskedAsync("GET /v1/tenants/x%2Fapps%2Fy/apps?limit=50");
        Assert.Equal("/v1/tenants/x%2Fapps%2Fy", ApiPaths.Tenant("x/apps/y"));
    }
}
