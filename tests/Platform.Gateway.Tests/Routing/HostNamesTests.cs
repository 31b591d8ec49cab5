using Platform.Contracts.Snapshots;
using Platform.Gateway.Routing;

namespace Platform.Gateway.Tests.Routing;

/// <summary>B16: which Hosts are the platform, which an app, which nothing.</summary>
public sealed class HostNamesTests
{
    private static readonly HostNames Names = new(new GatewayOptions { BaseDomain = "example.com", AppsDomain = "apps.example.com" });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("EXAMPLE.com:8080")]
    [InlineData("example.com.")]
    [InlineData("example.com.:80")]
    [InlineData("example.com:")]
    [InlineData("localhost")]
    [InlineData("LocalHost.:5000")]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3:65535")]
    [InlineData("[::1]")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("[::ffff:1.2.3.4]:1")]
    public void Read_ThePlatformsOwn_IsBase(string? host) => Assert.Equal(HostKind.Base, Names.Read(host).Kind);

    [Theory]
    [InlineData("shop--acme.apps.example.com", null)]
    [InlineData("SHOP--Acme.Apps.Example.COM.:8080", null)]
    [InlineData("shop--v1--acme.apps.example.com", 1)]
    [InlineData("shop--V42--acme.apps.example.com:1", 42)]
    [InlineData("shop--v2147483647--acme.apps.example.com", int.MaxValue)]
    public void Read_AnApp_IsItsNames(string host, int? version) =>
        Assert.Equal(new HostTarget(HostKind.App, new AppKey("acme", "shop"), version), Names.Read(host));

    [Theory]
    [InlineData("shop--acme.example.com")]
    [InlineData("apps.example.com")]
    [InlineData(".apps.example.com")]
    [InlineData("shop.apps.example.com")]
    [InlineData("shop--v0--acme.apps.example.com")]
    [InlineData("shop--v01--acme.apps.example.com")]
    [InlineData("shop--v--acme.apps.example.com")]
    [InlineData("shop--v-1--acme.apps.example.com")]
    [InlineData("shop--v2147483648--acme.apps.example.com")]
    [InlineData("shop--x1--acme.apps.example.com")]
    [InlineData("shop---acme.apps.example.com")]
    [InlineData("www.example.com")]
    [InlineData("example.com..")]
    [InlineData("example.com:80:80")]
    [InlineData("example.com:http")]
    [InlineData("example.com:123456")]
    [InlineData("example.com.evil.test")]
    [InlineData("evil-example.com")]
    [InlineData("[::1]evil")]
    [InlineData("[evil]")]
    [InlineData("::1")]
    [InlineData("1.2.3.4.5")]
    [InlineData(".")]
    [InlineData("--")]
    [InlineData(":80")]
    public void Read_NothingServed_IsUnknown(string host) => Assert.Equal(HostKind.Unknown, Names.Read(host).Kind);

    [Theory]
    [InlineData("a.b--acme.apps.example.com")]
    [InlineData("shop--acme.x.apps.example.com")]
    [InlineData("--.apps.example.com")]
    [InlineData("shop--.apps.example.com")]
    [InlineData("--acme.apps.example.com")]
    [InlineData("shop--v1--v2--acme.apps.example.com")]
    [InlineData("shop--v1----acme.apps.example.com")]
    public void Read_NoSlugs_NameNoApp(string host)
    {
        var target = Names.Read(host);
        Assert.True(
            target.Kind == HostKind.Unknown || !Contracts.Naming.Slug.IsValid(target.App.App) || !Contracts.Naming.Slug.IsValid(target.App.Tenant),
            target.ToString());
    }

    [Fact]
    public void Read_VeryLong_IsUnknown() => Assert.Equal(HostKind.Unknown, Names.Read(new string('a', 300) + ".apps.example.com").Kind);

    [Fact]
    public void Read_MoreNamesThanTheCacheHolds_StaysRight()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 5000; i++)
            {
                Assert.Equal($"app{i}", Names.Read($"app{i}--acme.apps.example.com").App.App);
            }
        }
    }
}
