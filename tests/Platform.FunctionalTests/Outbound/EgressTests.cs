using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Outbound;

/// <summary>Without the operator's word no guest reaches this machine or its network, whatever its manifest allows and however the address is written (attack A24).</summary>
public sealed class EgressTests(SharedPlatform platform)
{
    [Theory]
    [InlineData("127.0.0.1:22")]
    [InlineData("localhost:22")]
    [InlineData("[::1]:22")]
    [InlineData("[::ffff:127.0.0.1]:22")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("[fd00::1]")]
    [InlineData("[fe80::1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    public async Task Get_SpecialAddress_IsProhibited(string authority)
    {
        var tenant = await platform.NewTenantAsync();
        await OutboundPlatform.DeployProxyAsync(tenant, "\"*://*:*\"");
        using var response = await tenant.GetAsync("proxy", $"/http/{authority}/");
        Assert.Equal((HttpStatusCode.BadGateway, "error 4\n"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }
}
