using Platform.Contracts.Routing;

namespace Platform.Contracts.Tests.Routing;

/// <summary>Spin's grammar of routes.</summary>
public sealed class RoutePatternTests
{
    [Theory]
    [InlineData("/", "", false)]
    [InlineData("", "", false)]
    [InlineData("/...", "/...", true)]
    [InlineData("/foo", "/foo", false)]
    [InlineData("foo", "/foo", false)]
    [InlineData("/foo/", "/foo", false)]
    [InlineData("/foo/...", "/foo/...", true)]
    [InlineData("/a/:id/b_c-d.e~", "/a/:/b_c-d.e~", false)]
    [InlineData("/:user_id/:x/...", "/:/:/...", true)]
    [InlineData("/caf%C3%A9/@x,y;z=1", "/caf%C3%A9/@x,y;z=1", false)]
    [InlineData("/....", "/....", false)]
    public void TryParse_Pattern_HasItsShape(string text, string shape, bool isWildcard)
    {
        Assert.True(RoutePattern.TryParse(text, out var pattern, out var error), error);
        Assert.Equal((text, shape, isWildcard), (pattern.Text, pattern.Shape, pattern.IsWildcard));
    }

    [Theory]
    [InlineData("//", "single slashes")]
    [InlineData("/a//b", "single slashes")]
    [InlineData("/a//", "single slashes")]
    [InlineData("/.../a", "last segment")]
    [InlineData("/.../...", "last segment")]
    [InlineData("/*", "no wildcard")]
    [InlineData("/a*", "no wildcard")]
    [InlineData("/:", "needs a name")]
    [InlineData("/:1", "is no name")]
    [InlineData("/:a.b", "is no name")]
    [InlineData("/:a/:a", "comes twice")]
    [InlineData("/:a_b/:A-b", "comes twice")]
    [InlineData("/a b", "percent-encode")]
    [InlineData("/a?b", "percent-encode")]
    [InlineData("/a#b", "percent-encode")]
    [InlineData("/é", "percent-encode")]
    [InlineData("/%zz", "percent-encode")]
    [InlineData("/a\r\nx: y", "percent-encode")]
    public void TryParse_NoPattern_SaysWhy(string text, string why)
    {
        Assert.False(RoutePattern.TryParse(text, out _, out var error));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TooLongOrDeep_IsRefused()
    {
        Assert.False(RoutePattern.TryParse("/" + new string('a', RoutePattern.MaxLength), out _, out _));
        Assert.False(RoutePattern.TryParse(string.Concat(Enumerable.Repeat("/a", RoutePattern.MaxSegments + 1)), out _, out _));
        Assert.True(RoutePattern.TryParse(string.Concat(Enumerable.Repeat("/a", RoutePattern.MaxSegments)), out _, out _));
    }
}
