using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Deploys;

public class MessageTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_MessageInFormOrQuery_IsKeptWithItsVersion(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        var form = Api.Form(Api.Wasm("1"));
        form.Add(new StringContent("Fix the cart\r\n\nIt lost ünits"), "message");
        using var first = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", form);
        using var second = await owner.PostDeployAsync("acme", "web", Api.Wasm("2"), "?message=two%0Alines");
        using var third = await owner.PostDeployAsync("acme", "web", Api.Wasm("3"), "?message=");

        Assert.Equal(201, (int)first.StatusCode);
        Assert.Equal(201, (int)second.StatusCode);
        Assert.Equal(201, (int)third.StatusCode);
        var versions = (await owner.GetAsync<Page<VersionResource>>("/v1/tenants/acme/apps/web/versions")).Items;
        Assert.Equal([null, "two\nlines", "Fix the cart\n\nIt lost ünits"], versions.Select(version => version.Message));
        Assert.Equal("two\nlines", (await owner.GetAsync<VersionResource>("/v1/tenants/acme/apps/web/versions/2")).Message);
    }

    [Theory]
    [InlineData(1000, 201)]
    [InlineData(1001, 400)]
    public async Task Deploy_MessageOfSomeLength_IsTakenUpToTheLimit(int length, int status)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        // Three bytes each.
        var form = Api.Form(Api.Wasm());
        form.Add(new StringContent(new string('€', length)), "message");
        using var inForm = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", form);
        using var inQuery = await owner.PostDeployAsync("acme", "web", Api.Wasm(), $"?message={new string('a', length)}");

        Assert.Equal(status == 400 ? 413 : status, (int)inForm.StatusCode);
        Assert.Equal(status, (int)inQuery.StatusCode);
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%1B%5B31m")]
    [InlineData("a%0D")]
    [InlineData("%C2%85")]
    public async Task Deploy_MessageWithControlCharacters_IsInvalidAndNothingIsDeployed(string message)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostDeployAsync("acme", "web", Api.Wasm(), $"?message={message}");

        await response.ProblemAsync(400, "invalid-request");
        Assert.Empty(server.Snapshot.Apps);
    }

    [Fact]
    public async Task Deploy_MessageTwice_IsInvalid()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        var both = Api.Form(Api.Wasm());
        both.Add(new StringContent("one"), "message");
        var twice = Api.Form(Api.Wasm());
        twice.Add(new StringContent("one"), "message");
        twice.Add(new StringContent("two"), "message");

        using var first = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy?message=two", both);
        using var second = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", twice);

        await first.ProblemAsync(400, "invalid-request");
        await second.ProblemAsync(400, "invalid-request");
    }
}
