using Platform.Contracts.Http;

namespace Platform.Contracts.Tests.Http;

public sealed class GuestCookiesTests
{
    private const string Host = "shop--acme.apps.example.com";

    [Theory]
    [InlineData("a=1")]
    [InlineData("a=1; Path=/; Secure; HttpOnly; SameSite=Lax")]
    [InlineData("a=1; Domain=shop--acme.apps.example.com")]
    [InlineData("a=1; domain = .SHOP--acme.apps.EXAMPLE.com ; Secure")]
    [InlineData("a=1; Domain=")]
    [InlineData("a=1; Domain")]
    [InlineData("a=1; X-Domain=example.com")]
    [InlineData("Domain=example.com")]
    [InlineData("__Host-session=1; Secure; Path=/")]
    [InlineData("platform-versions=1")]
    [InlineData("my-platform-session=1")]
    [InlineData("a=platform-session=1")]
    [InlineData("")]
    public void Refusal_OfTheAppsOwnHost_IsNone(string cookie) => Assert.Null(GuestCookies.Refusal(cookie, Host));

    [Theory]
    [InlineData("a=1; Domain=example.com")]
    [InlineData("a=1; Domain=apps.example.com")]
    [InlineData("a=1; Domain=.apps.example.com")]
    [InlineData("a=1; Domain=other--acme.apps.example.com")]
    [InlineData("a=1; Domain=com")]
    [InlineData("a=1;DOMAIN=example.com")]
    [InlineData("a=1;\tdOmAiN\t=\texample.com")]
    [InlineData("a=1; \u00a0Domain\u00a0=example.com")]
    [InlineData("a=1; Domain=shop--acme.apps.example.com; Domain=example.com")]
    [InlineData("a=1; Domain=example.com; Domain=shop--acme.apps.example.com")]
    [InlineData("a=1; Domain=example.com; Domain=")]
    [InlineData("a=1; Domain=..shop--acme.apps.example.com")]
    [InlineData("a=1; Domain=shop--acme.apps.example.com.")]
    [InlineData("a=1; Domain=example.com.")]
    [InlineData("a=1; Domain=\"example.com\"")]
    [InlineData("a=1; Domain=\"shop--acme.apps.example.com\"")]
    [InlineData("a=1; Domain==example.com")]
    [InlineData("a=1; Domain=bücher.example")]
    [InlineData("a=1; Domain=xn--bcher-kva.example")]
    [InlineData("a=1; Domain=ＥＸＡＭＰＬＥ.com")]
    [InlineData("a=1; Domain=example.com, b=2")]
    [InlineData("a=1; Domain=xshop--acme.apps.example.com")]
    [InlineData("; Domain=example.com")]
    [InlineData("a=\"1; Domain=example.com\"")]
    [InlineData("a=1;;;Domain=example.com")]
    [InlineData("a=1; Domain=shop--acme.apps.example.com:80")]
    public void Refusal_DomainThatIsNotTheHost_SaysSo(string cookie) => Assert.StartsWith("its Domain ", GuestCookies.Refusal(cookie, Host), StringComparison.Ordinal);

    [Theory]
    [InlineData("a=1; Dom\0ain=example.com")]
    [InlineData("a=1\0; Domain=example.com")]
    [InlineData("a=1\r; Domain=example.com")]
    [InlineData("a=1; Domain\u000b=example.com")]
    [InlineData("a=\u007f")]
    [InlineData("a=\u0085")]
    public void Refusal_ControlCharacter_SaysSo(string cookie) => Assert.Equal("it has a control character", GuestCookies.Refusal(cookie, Host));

    [Theory]
    [InlineData("__Host-platform-session=1; Secure; Path=/")]
    [InlineData("__host-PLATFORM-session=1")]
    [InlineData("__Secure-platform-session=1")]
    [InlineData("__Host-Http-platform-session=1")]
    [InlineData("platform-session=1")]
    [InlineData("platform-version=1")]
    [InlineData("  platform-version  =1")]
    [InlineData("=platform-version=1")]
    [InlineData("= = __Host-platform-session=1")]
    [InlineData("platform-version")]
    public void Refusal_NameOfThePlatforms_SaysSo(string cookie) => Assert.Equal("its name is the platform's", GuestCookies.Refusal(cookie, Host));

    [Fact]
    public void Refusal_CustomDomain_NeverAboveIt()
    {
        Assert.Null(GuestCookies.Refusal("a=1; Domain=www.customer.test", "www.customer.test."));
        Assert.NotNull(GuestCookies.Refusal("a=1; Domain=customer.test", "www.customer.test"));
        Assert.NotNull(GuestCookies.Refusal("a=1; Domain=x.www.customer.test", "www.customer.test"));
    }
}
