using System.Diagnostics;
using Platform.Contracts.Routing;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Tests.Routing;

/// <summary>Which route a path takes, by the rules that Spin's own tests state, and what it does with hostile ones.</summary>
public sealed class RouteTableTests
{
    [Theory]
    [InlineData("/", "/", "/", "")]
    [InlineData("/foo", "/foo", "/foo", "")]
    [InlineData("/foo", "/foo/", "/foo", "")]
    [InlineData("/foo/", "/foo", "/foo/", "")]
    [InlineData("/foo", "/Foo", null, "")]
    [InlineData("/foo", "/foo/bar", null, "")]
    [InlineData("/foo", "/foo//", null, "")]
    [InlineData("/foo", "/", null, "")]
    [InlineData("/foo", "/foobar", null, "")]
    [InlineData("/...", "/", "/...", "/")]
    [InlineData("/...", "/abc/", "/...", "/abc/")]
    [InlineData("/...", "//", "/...", "//")]
    [InlineData("/foo/...", "/foo", "/foo/...", "")]
    [InlineData("/foo/...", "/foo/", "/foo/...", "/")]
    [InlineData("/foo/...", "/foo/bar", "/foo/...", "/bar")]
    [InlineData("/foo/...", "/foo/bar/", "/foo/...", "/bar/")]
    [InlineData("/foo/...", "/foobar", null, "")]
    [InlineData("/foo/...", "/foo/../bar", "/foo/...", "/../bar")]
    [InlineData("/foo/...", "/foo%2fbar", null, "")]
    [InlineData("/foo/...", "/foo/%2e%2e/bar", "/foo/...", "/%2e%2e/bar")]
    [InlineData("/foo", "/%66oo", null, "")]
    [InlineData("/..", "/..", "/..", "")]
    [InlineData("/:id", "/42", "/:id", "")]
    [InlineData("/:id", "/42/", "/:id", "")]
    [InlineData("/:id", "/", null, "")]
    [InlineData("/:id", "/a%2Fb", "/:id", "")]
    [InlineData("/:id/x", "//x", null, "")]
    [InlineData("/:id/...", "/42/a/b", "/:id/...", "/a/b")]
    [InlineData("/one /...", "/one", "/one", "")]
    [InlineData("/one /...", "/one/", "/one", "")]
    [InlineData("/one /...", "/one/two", "/...", "/one/two")]
    [InlineData("/... /one", "/one", "/one", "")]
    [InlineData("/one/... /one", "/one", "/one", "")]
    [InlineData("/one/... /one/two/... /one/two/three/...", "/one/two/three/four", "/one/two/three/...", "/four")]
    [InlineData("/one/two/three/... /one/two/... /one/...", "/one/two/three/four", "/one/two/three/...", "/four")]
    [InlineData("/one/two/three/... /one/two/... /one/...", "/one/two", "/one/two/...", "")]
    [InlineData("/:a /x", "/x", "/x", "")]
    [InlineData("/:a /...", "/x", "/:a", "")]
    [InlineData("/:a /...", "/x/y", "/...", "/x/y")]
    [InlineData("/:a/b /x/c", "/x/b", "/:a/b", "")]
    [InlineData("/:a/:b/c /x/:b/d /...", "/x/y/c", "/:a/:b/c", "")]
    [InlineData("/x/:b/d /:a/...", "/x/y/e", "/:a/...", "/y/e")]
    public void TryFind_Path_TakesTheMostExactRoute(string routes, string path, string? expected, string pathInfo)
    {
        var found = Table(routes.Split(' ')).TryFind(path, out var match);
        Assert.Equal(expected, found ? match.Route.Document.Pattern : null);
        if (found)
        {
            Assert.Equal(pathInfo, SpinHeaders.PathInfo(match, path, path.Length));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("foo")]
    [InlineData("http://x/")]
    public void TryFind_WithoutFirstSlash_IsNone(string path) => Assert.False(Table("/...", "/foo").TryFind(path, out _));

    [Fact]
    public void Constructor_InvalidPattern_Throws() => Assert.Throws<ArgumentException>(() => Table("/a//b"));

    [Fact]
    public void TryFind_LongAndAdverse_StaysCheapAndAllocatesNothing()
    {
        // Every level may go on by literal or by name, and only the last segment decides.
        var routes = Enumerable.Range(0, 9).SelectMany(i => new[] { string.Concat(Enumerable.Repeat("/a", i)) + string.Concat(Enumerable.Range(0, 10 - i).Select(n => $"/:n{n}")) + "/end" }).ToArray();
        var table = Table(routes);
        var adverse = string.Concat(Enumerable.Repeat("/a", 10)) + "/no";
        var slashes = new string('/', 30_000);
        Assert.False(table.TryFind(adverse, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            table.TryFind(adverse, out _);
            table.TryFind(slashes, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    private static RouteTable Table(params string[] patterns) => new([.. patterns.Select(pattern => new RouteDocument(pattern, "c"))]);
}
