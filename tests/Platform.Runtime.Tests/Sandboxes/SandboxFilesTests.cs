using Platform.Runtime.Sandboxes;
using Platform.Runtime.Tests.Wasi.Filesystem;

namespace Platform.Runtime.Tests.Sandboxes;

public sealed class SandboxFilesTests
{
    [Fact]
    public void Tree_OfPaths_HasTheirDirectoriesInOrder()
    {
        var tree = Tree("/b/z", "/b/a", "/a", "/b/c/d");

        Assert.Equal(["/a", "/b"], tree.Root.Children.Select(file => file.Path));
        Assert.Equal(["/b/a", "/b/c", "/b/z"], tree.Root.Children[1].Children.Select(file => file.Path));
        Assert.True(tree.Root.Children[1].IsDirectory);
        Assert.Equal((7, false), (tree.Root.Children[0].Size, tree.Root.Children[0].IsDirectory));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a/")]
    [InlineData("//a")]
    [InlineData("/a/../b")]
    [InlineData("/./a")]
    public void Tree_OfAnotherSpelling_IsRefused(string path) => Assert.Throws<ArgumentException>(() => Tree(path));

    [Fact]
    public void Tree_OfAFileBelowAFile_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Tree("/a", "/a/b"));
        Assert.Throws<ArgumentException>(() => Tree("/a/b", "/a"));
        Assert.Throws<ArgumentException>(() => Tree("/a", "/a"));
    }

    private static SandboxFiles Tree(params string[] paths)
    {
        using var contents = new TestFiles();
        return new SandboxFiles(paths.Select(path => (path, 7L, new string('0', 64))), contents);
    }
}
