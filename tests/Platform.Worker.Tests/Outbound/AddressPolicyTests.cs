using System.Net;
using Platform.Worker.Outbound;

namespace Platform.Worker.Tests.Outbound;

/// <summary>Which addresses guests may connect to (attacks A24, A25).</summary>
public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("1.1.1.1", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("::ffff:1.1.1.1", true)]
    [InlineData("64:ff9b::101:101", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:53aa::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void Permits_ByDefault_PublicAddressesOnly(string address, bool expected) =>
        Assert.Equal(expected, Policy([], []).Permits(IPAddress.Parse(address), 443));

    [Fact]
    public void Permits_WhatTheOperatorAllows_ButNotThePlatformsOwnPort()
    {
        var policy = Policy(["127.0.0.0/8", "10.0.0.0/8"], ["10.9.0.0/16", "1.1.1.0/24"]);
        Assert.True(policy.Permits(IPAddress.Parse("127.0.0.1"), 5432));
        Assert.True(policy.Permits(IPAddress.Parse("::ffff:10.1.2.3"), 8080));
        Assert.False(policy.Permits(IPAddress.Parse("127.0.0.1"), 8080));
        Assert.False(policy.Permits(IPAddress.Parse("::ffff:127.0.0.1"), 8080));
        Assert.False(policy.Permits(IPAddress.Parse("10.9.1.1"), 80));
        Assert.False(policy.Permits(IPAddress.Parse("1.1.1.1"), 443));
        Assert.False(policy.Permits(IPAddress.Parse("192.168.1.1"), 80));
    }

    private static AddressPolicy Policy(string[] allowed, string[] blocked) =>
        new([.. allowed.Select(text => IPNetwork.Parse(text))], [.. blocked.Select(text => IPNetwork.Parse(text))], static () => new HashSet<int> { 8080 });
}
