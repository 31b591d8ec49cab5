using Platform.Contracts.Invocation;

namespace Platform.Contracts.Tests.Invocation;

public class VersionCookieTests
{
    [Theory]
    [InlineData("platform-version=1", true)]
    [InlineData("platform-version=1.x; Path=/; Domain=example.org", true)]
    [InlineData(" \tplatform-version =1", true)]
    [InlineData("=platform-version=1", true)]
    [InlineData("= platform-version=1", true)]
    [InlineData("platform-version=", true)]
    [InlineData("platform-version", false)]
    [InlineData("platform-version2=1", false)]
    [InlineData("my-platform-version=1", false)]
    [InlineData("a=platform-version=1", false)]
    [InlineData("Platform-Version=1", false)]
    [InlineData("", false)]
    public void IsSetBy_Value_AsAUserAgentReadsIt(string setCookie, bool sets) => Assert.Equal(sets, VersionCookie.IsSetBy(setCookie));
}
