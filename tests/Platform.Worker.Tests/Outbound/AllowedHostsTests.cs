using Platform.Worker.Outbound;

namespace Platform.Worker.Tests.Outbound;

/// <summary>Spin's grammar of <c>allowed_outbound_hosts</c>.</summary>
public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("https://example.com", "https", "example.com", 443, true)]
    [InlineData("https://example.com", "http", "example.com", 80, false)]
    [InlineData("https://example.com", "https", "example.com", 8443, false)]
    [InlineData("https://example.com/", "https", "example.com", 443, true)]
    [InlineData("https://Example.com", "https", "example.com", 443, true)]
    [InlineData("https://example.com", "https", "example.com.evil.org", 443, false)]
    [InlineData("https://example.com", "https", "www.example.com", 443, false)]
    [InlineData("https://*.example.com", "https", "www.example.com", 443, true)]
    [InlineData("https://*.example.com", "https", "a.b.example.com", 443, true)]
    [InlineData("https://*.example.com", "https", "example.com", 443, false)]
    [InlineData("https://*.example.com", "https", "notexample.com", 443, false)]
    [InlineData("http://example.com:8080", "http", "example.com", 8080, true)]
    [InlineData("http://example.com:8000..8010", "http", "example.com", 8010, true)]
    [InlineData("http://example.com:8000..8010", "http", "example.com", 8011, false)]
    [InlineData("http://example.com:*", "http", "example.com", 1, true)]
    [InlineData("*://example.com", "https", "example.com", 443, true)]
    [InlineData("*://example.com", "http", "example.com", 443, false)]
    [InlineData("*://*:*", "http", "anything.example", 65535, true)]
    [InlineData("https://*", "https", "anything.example", 443, true)]
    [InlineData("http://10.0.0.0/8:80", "http", "10.1.2.3", 80, true)]
    [InlineData("http://10.0.0.0/8:80", "http", "11.1.2.3", 80, false)]
    [InlineData("http://10.0.0.0/8:80", "http", "ten.example", 80, false)]
    [InlineData("http://127.0.0.1", "http", "127.0.0.1", 80, true)]
    [InlineData("http://[::1]:8080", "http", "::1", 8080, true)]
    [InlineData("http://[fd00::]/8:80", "http", "fd12::1", 80, true)]
    [InlineData("redis://example.com:6379", "http", "example.com", 6379, false)]
    [InlineData("http://example.com:70000", "http", "example.com", 80, false)]
    [InlineData("http://example.com:", "http", "example.com", 80, false)]
    [InlineData("http://", "http", "", 80, false)]
    [InlineData("example.com", "http", "example.com", 80, false)]
    public void Allows_AnUrl_AsTheGrammarSays(string allowed, string scheme, string host, int port, bool expected) =>
        Assert.Equal(expected, new AllowedHosts([allowed]).Allows(scheme, host, port));

    [Fact]
    public void Allows_WithoutAnyHost_Nothing() => Assert.False(new AllowedHosts([]).Allows("https", "example.com", 443));
}
