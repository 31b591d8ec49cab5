using System.Globalization;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.RateLimits;

public class RateLimitTests
{
    [Fact]
    public async Task Request_WithinTheAllowance_SaysWhatIsLeft()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { ApiRequestsPerMinute = 20 });

        using var first = await server.Operator.GetAsync("/v1/tenants");
        using var second = await server.Operator.GetAsync("/v1/tenants");

        Assert.Equal("\"api\";q=20;w=60", first.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal("\"api\";r=19", first.Headers.GetValues("RateLimit").Single());
        Assert.Equal("\"api\";r=18", second.Headers.GetValues("RateLimit").Single());
    }

    [Fact]
    public async Task Request_BeyondTheAllowance_WaitsWhileOthersGoOn()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { ApiRequestsPerMinute = 5 });
        var owner = await server.CreateTenantAsync("acme");
        for (var i = 0; i < 5; i++)
        {
            using var allowed = await owner.GetAsync("/v1/tenants/acme/tokens");
            Assert.Equal(200, (int)allowed.StatusCode);
        }

        using var refused = await owner.GetAsync("/v1/tenants/acme/tokens");
        using var nothing = await owner.GetAsync("/v1/tenants/acme/apps/none");
        using var other = await server.Operator.GetAsync("/v1/tenants/acme");

        await refused.ProblemAsync(429, "rate-limited");
        var wait = refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        Assert.InRange(wait, 1, 12);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"\"api\";r=0;t={wait}"), refused.Headers.GetValues("RateLimit").Single());
        await nothing.ProblemAsync(429, "rate-limited");
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public async Task Request_RefusedByItsRole_CountsToo()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { ApiRequestsPerMinute = 5 });
        await server.CreateTenantAsync("acme");
        using var viewer = await server.CreateTokenAsync("acme", TokenRole.Viewer);
        for (var i = 0; i < 5; i++)
        {
            using var forbidden = await viewer.GetAsync("/v1/tenants/acme/tokens");
            await forbidden.ProblemAsync(403, "role-too-low");
        }

        using var refused = await viewer.GetAsync("/v1/tenants/acme/tokens");

        await refused.ProblemAsync(429, "rate-limited");
    }

    [Fact]
    public async Task Request_WithoutACredential_HasTheAllowanceOfItsAddress()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { AnonymousApiRequestsPerMinute = 3 });
        using var nobody = server.Client(null);
        for (var i = 0; i < 3; i++)
        {
            using var unauthorized = await nobody.GetAsync("/v1/tenants");
            await unauthorized.ProblemAsync(401, "not-signed-in");
        }

        using var refused = await nobody.GetAsync("/v1/tenants");
        using var known = await server.Operator.GetAsync("/v1/tenants");

        await refused.ProblemAsync(429, "rate-limited");
        Assert.Equal(200, (int)known.StatusCode);
    }
}
