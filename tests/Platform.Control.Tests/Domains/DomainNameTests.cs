using Platform.Control.Domains;
using Platform.Control.Keys;

namespace Platform.Control.Tests.Domains;

/// <summary>Which names can be claimed.</summary>
public class DomainNameTests
{
    private static readonly DomainNames Names = new(new ControlOptions
    {
        DataDirectory = "",
        MasterKey = new MasterKey(new byte[32]),
        BaseDomain = "platform.example.com",
        AppsDomain = "apps.example.net",
        PublicUrl = new Uri("https://console.example.org"),
    });

    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("Example.COM.", "example.com")]
    [InlineData("bücher.example.com", "xn--bcher-kva.example.com")]
    [InlineData("BÜCHER.example.com", "xn--bcher-kva.example.com")]
    [InlineData("xn--bcher-kva.example.com", "xn--bcher-kva.example.com")]
    public void Normalize_AName_IsLowerCaseALabels(string text, string name)
    {
        Assert.Equal(name, DomainNames.Normalize(text));
        Assert.Null(Names.Refusal(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..example.com")]
    [InlineData("-a.example.com")]
    [InlineData("a-.example.com")]
    [InlineData("a_b.example.com")]
    [InlineData("*.example.com")]
    [InlineData("a.example.com:80")]
    [InlineData("http://example.com")]
    [InlineData("a b.example.com")]
    [InlineData("a.example.com\0")]
    [InlineData("a.example.com\n")]
    [InlineData("example.com/..")]
    [InlineData("[::1]")]
    [InlineData("a.example.com..")]
    public void Normalize_NoName_IsNothing(string text) => Assert.Null(DomainNames.Normalize(text));

    [Fact]
    public void Normalize_TooLong_IsNothing()
    {
        Assert.Null(DomainNames.Normalize(new string('a', 64) + ".example.com"));
        Assert.Null(DomainNames.Normalize(string.Join('.', Enumerable.Repeat("abcdefghi", 24)) + ".com"));
    }

    [Theory]
    [InlineData("platform.example.com", "the platform's own domain")]
    [InlineData("x.platform.example.com", "the platform's own domain")]
    [InlineData("shop--acme.apps.example.net", "the platform's own domain")]
    [InlineData("console.example.org", "the platform's own domain")]
    [InlineData("10.0.0.1", "IP address")]
    [InlineData("1.2.3", "IP address")]
    [InlineData("localhost", "aren't in the public DNS")]
    [InlineData("a.localhost", "aren't in the public DNS")]
    [InlineData("host.internal", "aren't in the public DNS")]
    [InlineData("1.168.192.in-addr.arpa", "aren't in the public DNS")]
    [InlineData("a.test", "aren't in the public DNS")]
    [InlineData("com", "public suffix")]
    [InlineData("co.uk", "public suffix")]
    [InlineData("github.io", "public suffix")]
    [InlineData("foo.ck", "public suffix")]
    [InlineData("xn--55qx5d.cn", "public suffix")]
    [InlineData("nosuchtld", "public suffix")]
    public void Refusal_NobodysOwn_SaysWhy(string name, string why) => Assert.Contains(why, Names.Refusal(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("www.ck")]
    [InlineData("a.foo.ck")]
    [InlineData("example.co.uk")]
    [InlineData("me.github.io")]
    [InlineData("example.com")]
    [InlineData("notplatform.example.com")]
    [InlineData("a.nosuchtld")]
    public void Refusal_ANameSomebodyCanHave_IsNone(string name) => Assert.Null(Names.Refusal(name));
}
