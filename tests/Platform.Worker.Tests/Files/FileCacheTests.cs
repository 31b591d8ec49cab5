using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Files;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Files;

public sealed class FileCacheTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly MemoryModuleSource _source = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task File_FetchedOnce_IsFoundByTheNextProcess()
    {
        var file = FileOf("content a");
        using (var cache = Cache())
        {
            Assert.Equal("content a", await ReadAsync(cache, file));
            Assert.Equal("content a", await ReadAsync(cache, file));
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(cache.PathOf(file.Sha256!)));
        }

        using var next = Cache();
        Assert.Equal(file.Size, next.Bytes);
        Assert.Equal("content a", await ReadAsync(next, file));
        Assert.Equal(1, _source.Opened);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_data.Combine("files")));
        AssertNothingHalf();
    }

    [Fact]
    public async Task File_AskedForByManyAtOnce_IsFetchedOnce()
    {
        var file = FileOf("content a");
        var store = new TaskCompletionSource();
        _source.Before = store.Task;
        using var cache = Cache();
        var asking = Enumerable.Range(0, 50).Select(_ => ReadAsync(cache, file)).ToList();
        await Eventually.HoldsAsync(() => _source.Opened > 0, "the store is asked");
        store.SetResult();

        Assert.All(await Task.WhenAll(asking), content => Assert.Equal("content a", content));
        Assert.Equal(1, _source.Opened);
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("cut short")]
    [InlineData("gone")]
    public async Task File_LeftByAnEarlierProcessButNotWhole_IsFetchedAgain(string damage)
    {
        var file = FileOf("content a");
        string path;
        using (var cache = Cache())
        {
            await ReadAsync(cache, file);
            path = cache.PathOf(file.Sha256!);
        }

        File.Delete(path);
        if (damage != "gone")
        {
            File.WriteAllText(path, damage == "other bytes" ? "content b" : "con");
        }

        using var next = Cache();
        Assert.Equal("content a", await ReadAsync(next, file));
        Assert.Equal((2, file.Size), (_source.Opened, next.Bytes));
    }

    [Fact]
    public async Task File_DeletedWhileTheProcessRuns_IsFetchedAgain()
    {
        var file = FileOf("content a");
        using var cache = Cache();
        await ReadAsync(cache, file);
        Directory.Delete(_data.Combine("files"), recursive: true);

        Assert.Equal("content a", await ReadAsync(cache, file));
        Assert.Equal(file.Size, cache.Bytes);
    }

    [Fact]
    public async Task File_OfOtherBytesInTheStore_IsNotHadAndNothingStays()
    {
        var file = FileOf("content a");
        _source.Corrupt(file.Sha256!);
        using var cache = Cache();

        var failure = await Assert.ThrowsAsync<SandboxFileException>(() => cache.OpenAsync(file));
        Assert.Contains("/file", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_data.Path, failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, cache.Bytes);
        AssertNothingHalf();
    }

    [Fact]
    public async Task File_NotInTheStore_IsNotHadUntilItIsThere()
    {
        using var cache = Cache();
        var file = new SandboxFiles([("/file", 9, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("content a"u8)))], cache).Root.Children[0];
        await Assert.ThrowsAsync<SandboxFileException>(() => cache.OpenAsync(file));
        _source.Add("content a");

        Assert.Equal("content a", await ReadAsync(cache, file));
    }

    /// <summary>A disk that takes nothing: there is a file where the directory for what isn't whole yet has to be.</summary>
    [Fact]
    public async Task Disk_ThatCantBeWritten_FailsTheRequestAndRecovers()
    {
        var file = FileOf("content a");
        using var cache = Cache();
        File.WriteAllText(_data.Combine("files", "tmp"), "");
        await Assert.ThrowsAsync<SandboxFileException>(() => cache.OpenAsync(file));
        Assert.Equal(0, cache.Bytes);
        File.Delete(_data.Combine("files", "tmp"));

        Assert.Equal("content a", await ReadAsync(cache, file));
    }

    [Fact]
    public async Task Cache_OverItsBytes_DropsTheLeastRecentlyUsed_OpenOnesStayReadable()
    {
        using var cache = Cache(maxBytes: 1000);
        var files = Enumerable.Range(0, 4).Select(i => FileOf(new string((char)('a' + i), 300))).ToList();
        using var first = await cache.OpenAsync(files[0]);
        await ReadAsync(cache, files[1]);
        await ReadAsync(cache, files[2]);
        await ReadAsync(cache, files[1]);
        await ReadAsync(cache, files[3]);

        Assert.InRange(cache.Bytes, 300, 1000);
        Assert.False(File.Exists(cache.PathOf(files[0].Sha256!)));
        Assert.True(File.Exists(cache.PathOf(files[1].Sha256!)));
        Assert.Equal(new string('a', 300), Read(first));
        Assert.Equal(new string('a', 300), await ReadAsync(cache, files[0]));
    }

    [Fact]
    public async Task Cache_StartedWithFewerBytes_DropsWhatIsOver()
    {
        using (var cache = Cache())
        {
            await ReadAsync(cache, FileOf(new string('a', 300)));
            await ReadAsync(cache, FileOf(new string('b', 300)));
        }

        using var smaller = Cache(maxBytes: 400);
        Assert.Equal(300, smaller.Bytes);
        Assert.Single(Directory.GetFiles(_data.Combine("files"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task File_LargerThanTheCache_IsReadAllTheSame()
    {
        using var cache = Cache(maxBytes: 10);

        Assert.Equal(new string('a', 300), await ReadAsync(cache, FileOf(new string('a', 300))));
    }

    private static async Task<string> ReadAsync(FileCache cache, SandboxFile file)
    {
        using var handle = await cache.OpenAsync(file);
        return Read(handle);
    }

    private static string Read(SafeFileHandle handle)
    {
        var bytes = new byte[RandomAccess.GetLength(handle)];
        RandomAccess.Read(handle, bytes, 0);
        return Encoding.UTF8.GetString(bytes);
    }

    private FileCache Cache(long maxBytes = 1 << 20) =>
        new(_data.Path, new FileFetcher(_source), maxBytes, TimeProvider.System, NullLogger<FileCache>.Instance);

    private SandboxFile FileOf(string content)
    {
        using var unused = Cache();
        return new SandboxFiles([("/file", content.Length, _source.Add(content))], unused).Root.Children[0];
    }

    private void AssertNothingHalf() => Assert.Empty(
        Directory.Exists(_data.Combine("files", "tmp")) ? Directory.GetFileSystemEntries(_data.Combine("files", "tmp")) : []);
}
