using System.Net;
using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Observing;

/// <summary>Receipts: what a request cost, as the contract words it.</summary>
public sealed partial class ReceiptTests(SharedPlatform platform)
{
    [Fact]
    public async Task Receipt_AppWithReceipts_IsAHeaderWithTheSameFuelEachTime()
    {
        var tenant = await DeployedAsync(receipts: true, "c-hello");
        var fuel = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await tenant.GetAsync("app");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var receipt = Receipt().Match(Assert.Single(response.Headers.GetValues("platform-receipt")));
            Assert.True(receipt.Success, response.Headers.ToString());
            fuel.Add(receipt.Groups["fuel"].Value);
        }

        Assert.NotEqual("0", Assert.Single(fuel));
    }

    [Fact]
    public async Task Receipt_StreamedResponse_IsATrailer()
    {
        var tenant = await DeployedAsync(receipts: true, "c-faults");
        using var response = await tenant.GetAsync("app", "/slow");
        Assert.False(response.Headers.Contains("platform-receipt"));
        Assert.Matches(Receipt(), Assert.Single(response.TrailingHeaders.GetValues("platform-receipt")));
    }

    [Fact]
    public async Task Receipt_AppWithout_HasNone()
    {
        var tenant = await DeployedAsync(receipts: false, "c-hello");
        using var response = await tenant.GetAsync("app");
        Assert.False(response.Headers.Contains("platform-receipt"));
    }

    [GeneratedRegex("^meter=\\d+, version=1, fuel=(?<fuel>\\d+), memory=\\d+, cpu-us=\\d+, wall-us=\\d+, cold=[01]$")]
    private static partial Regex Receipt();

    private async Task<Tenant> DeployedAsync(bool receipts, string guest)
    {
        var tenant = await platform.NewTenantAsync();
        var module = await File.ReadAllBytesAsync(Repository.Guest(guest));
        await tenant.DeployManifestAsync("app", Manifests.For("app.wasm", receipts: receipts), ("app.wasm", module));
        return tenant;
    }
}
