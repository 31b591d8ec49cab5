using Platform.Contracts.Routing;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Tests.Routing;

/// <summary>The headers of Spin's HTTP trigger.</summary>
public sealed class SpinHeadersTests
{
    [Theory]
    [InlineData("/base/:path_segment/:path_end/...", "/base/path/end/rest?key=value", "/rest", "/base/:path_segment/:path_end/...", "/base/:path_segment/:path_end", "spin-path-match-path-segment=path;spin-path-match-path-end=end")]
    [InlineData("/...", "/?a=/b", "/", "/...", "", "")]
    [InlineData("/...", "/x/y", "/x/y", "/...", "", "")]
    [InlineData("/", "/", "", "", "/", "")]
    [InlineData("/foo/", "/foo", "", "/foo", "/foo/", "")]
    [InlineData("foo", "/foo/?q", "", "/foo", "foo", "")]
    [InlineData("/:A", "/%41%2F", "", "/:A", "/:A", "spin-path-match-a=%41%2F")]
    public void Compute_Match_GivesSpinsHeaders(string route, string target, string pathInfo, string matched, string component, string names)
    {
        var length = target.IndexOf('?') is var query and >= 0 ? query : target.Length;
        Assert.True(new RouteTable([new RouteDocument(route, "c")]).TryFind(target.AsSpan(0, length), out var match));
        var info = SpinHeaders.PathInfo(match, target, length);
        var headers = SpinHeaders.Compute(match, info, "https", "shop--acme.example.com:8443", target, length, "192.0.2.1:4711");
        Assert.Equal(
            [
                new("spin-path-info", pathInfo),
                new("spin-full-url", "https://shop--acme.example.com:8443" + target),
                new("spin-matched-route", matched),
                new("spin-base-path", "/"),
                new("spin-raw-component-route", route),
                new("spin-component-route", component),
                new("spin-client-addr", "192.0.2.1:4711"),
                .. names.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1])),
            ],
            headers);
    }
}
