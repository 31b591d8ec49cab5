using Platform.Contracts.Manifests;

namespace Platform.Contracts.Tests.Manifests;

/// <summary>Globs of <c>files</c>.</summary>
public sealed class GlobTests
{
    [Theory]
    [InlineData("a.txt", "a.txt", true)]
    [InlineData("a.txt", "aXtxt", false)]
    [InlineData("a.txt", "A.txt", false)]
    [InlineData("*.txt", "a.txt", true)]
    [InlineData("*.txt", "d/a.txt", false)]
    [InlineData("d/*", "d/a", true)]
    [InlineData("d/*", "d/e/a", false)]
    [InlineData("d/**/*", "d/a", true)]
    [InlineData("d/**/*", "d/e/f/a", true)]
    [InlineData("d/**", "d/e/f/a", true)]
    [InlineData("d/**", "d", false)]
    [InlineData("**/*.css", "a.css", true)]
    [InlineData("**/*.css", "x/y/a.css", true)]
    [InlineData("**/*.css", "x/y/a.csss", false)]
    [InlineData("./d//*.js", "d/a.js", true)]
    [InlineData("?.js", "a.js", true)]
    [InlineData("?.js", "ab.js", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a]x", "bx", true)]
    [InlineData("[!a]x", "ax", false)]
    [InlineData("d[!a]x", "d/x", false)]
    [InlineData("(a|b)+", "a", false)]
    [InlineData("(a|b)+", "(a|b)+", true)]
    public void IsMatch_Path_FollowsTheGlob(string text, string path, bool expected)
    {
        Assert.True(Glob.TryParse(text, out var glob));
        Assert.Equal(expected, glob.IsMatch(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a**")]
    [InlineData("***")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[!]")]
    [InlineData("[z-a]")]
    [InlineData("[\\d]")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    public void TryParse_NoGlob_IsRefused(string text) => Assert.False(Glob.TryParse(text, out _));
}
