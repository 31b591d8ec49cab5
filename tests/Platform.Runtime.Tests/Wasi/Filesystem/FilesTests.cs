using System.Text;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Tests.Sandboxes;

namespace Platform.Runtime.Tests.Wasi.Filesystem;

/// <summary>Read-only files through wasi-libc, as component (the adapter elided) and as command, and through wasi:filesystem itself.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly TestFiles _files = TestFiles.Sample();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("c-files")]
    [InlineData("c-files-wagi")]
    public void Libc_Reads(string guest)
    {
        Assert.Equal("first file, sixty-four bytes, just to have some to seek about in\n", Ask(guest, "cat=/a.txt"));
        Assert.Equal("second\n", Ask(guest, "cat=dir/b.txt"));
        Assert.Equal("", Ask(guest, "cat=/dir/deep/empty"));
        Assert.Equal(Encoding.ASCII.GetString(TestFiles.Big), Ask(guest, "cat=/big"));
        Assert.Equal("errno 44\n", Ask(guest, "cat=/none"));
        Assert.Equal(
            "last five of 65: t in\n\nsecond to sixth: irst \nat: 5\nbeyond: 0\nbefore: errno 28\nwhence: errno 28\npoll: 1\nclosed: errno 8\n", Ask(guest, "seek=/a.txt"));
        Assert.Equal("directory .\ndirectory ..\nfile a.txt\nfile big\ndirectory dir\n", Ask(guest, "list=/"));
        Assert.Equal("directory .\ndirectory ..\nfile empty\n", Ask(guest, "list=/dir/deep/"));
        Assert.Equal("errno 54\n", Ask(guest, "list=/a.txt"));
        Assert.Equal("file 65 0\n", Ask(guest, "stat=/a.txt"));
        Assert.Equal("directory 0 0\n", Ask(guest, "stat=/dir"));
        Assert.Equal("errno 44\n", Ask(guest, "stat=/etc/passwd"));
    }

    [Theory]
    [InlineData("c-files")]
    [InlineData("c-files-wagi")]
    public void Libc_WhateverWouldWrite_IsReadOnly(string guest) => Assert.Equal(
        """
        open for writing: errno 69
        open for both: errno 69
        append: errno 69
        truncate: errno 69
        create: errno 69
        create what is there: ok
        create exclusively: errno 20
        open as a directory: errno 54
        write: errno 69
        pwrite: errno 69
        ftruncate: errno 69
        futimens: errno 69
        fallocate: errno 69
        advise: ok
        fsync: ok
        utimensat: errno 69
        mkdir: errno 69
        rmdir: errno 69
        unlink: errno 69
        rename: errno 69
        link: errno 69
        symlink: errno 69
        readlink: errno 28
        read a directory: errno 31
        list a file: errno 54
        file 65 0

        """,
        Ask(guest, "refuse=/a.txt"));

    /// <summary>Attack A23: nothing but the component's own tree is ever found.</summary>
    [Theory]
    [InlineData("c-files")]
    [InlineData("c-files-wagi")]
    public void Preview1_PathsThatLeaveOrMislead_AreRefused(string guest) => Assert.Equal(
        """
        ..: 63
        ../etc/passwd: 63
        dir/../../etc/passwd: 63
        dir/..: 0
        dir/../a.txt: 0
        ./dir//b.txt: 0
        /: 63
        /a.txt: 63
        /etc/passwd: 63
        : 44
        .: 0
        a.txt/: 54
        a.txt/.: 54
        a.txt/..: 54
        dir/: 0
        none: 44
        none/..: 44
        dir/none: 44
        A.TXT: 44
        dir\b.txt: 44
        ~: 44
        proc/self/environ: 44
        long: 37
        NUL: 28
        no UTF-8: 25

        """,
        Ask(guest, "paths="));

    [Theory]
    [InlineData("c-files")]
    [InlineData("c-files-wagi")]
    public void Preview1_Numbers_AreReusedRenumberedAndCapped(string guest) => Assert.Equal(
        "reused: 1\nrenumbered: 0\nreads on: r\nthe old number: errno 8\nnot open: 8\nopened: 9994, errno 33\n", Ask(guest, "numbers=/a.txt"));

    [Fact]
    public void Wasi_Reads()
    {
        Assert.Equal("/\n1\n", Ask("c-files", "wasi-directories="));
        Assert.Equal("second\n", Ask("c-files", "wasi-read=dir/b.txt"));
        Assert.Equal("", Ask("c-files", "wasi-read=dir/deep/empty"));
        Assert.Equal(Encoding.ASCII.GetString(TestFiles.Big), Ask("c-files", "wasi-read=big"));
        Assert.Equal(Encoding.ASCII.GetString(TestFiles.Big)[2..], Ask("c-files", "wasi-stream=big"));
        Assert.Equal("", Ask("c-files", "wasi-stream=dir/deep/empty"));
        Assert.Equal("error 20\n", Ask("c-files", "wasi-read=none"));
        Assert.Equal("6 a.txt\n6 big\n3 dir\n", Ask("c-files", "wasi-list=."));
        Assert.Equal(
            "type 6, links 1, size 65, times 3 0 0\nas opened: 1\ntype 6, flags 1\nhash: 1 0\nsame: 1 0\nadvise: ok\nsync: ok\nsync-data: ok\n",
            Ask("c-files", "wasi-stat=a.txt"));
        Assert.StartsWith("type 3, links 1, size 0,", Ask("c-files", "wasi-stat=dir"), StringComparison.Ordinal);
    }

    [Fact]
    public void Wasi_PathsThatLeaveOrMislead_AreRefused() => Assert.Equal(
        """
        ..: error 31
        dir/../../a.txt: error 31
        dir/..: ok
        /: error 31
        /a.txt: error 31
        : error 20
        .: ok
        a.txt/: error 24
        dir/: ok
        none: error 20
        a.txt/x: error 24
        above where it starts: error 31
        NUL: error 12
        long: error 18
        below a file: error 24

        """,
        Ask("c-files", "wasi-paths="));

    [Fact]
    public void Wasi_WhateverWouldWrite_IsReadOnly() => Assert.Equal(
        """
        write: error 33
        mutate-directory: error 33
        create: ok
        exclusive: error 7
        truncate: error 33
        directory: error 24
        create anew: error 33
        write-via-stream: error 33
        append-via-stream: error 33
        write: error 33
        set_size: error 33
        set_times: error 33
        set_times_at: error 33
        create_directory_at: error 33
        remove_directory_at: error 33
        unlink_file_at: error 33
        link_at: error 33
        rename_at: error 33
        symlink_at: error 33
        readlink_at: error 12
        read a directory: error 14
        stream a directory: error 14
        list a file: error 24

        """,
        Ask("c-files", "wasi-refuse=a.txt"));

    [Theory]
    [InlineData("wasi-leak=a.txt", "more than 10000 resource handles alive")]
    [InlineData("wasi-hoard=big", "bytes held by the host for this request")]
    public void Wasi_Hoarding_EndsAtItsLimit(string query, string detail)
    {
        var (result, _) = Guests.Run("c-files", "/?" + query, files: _files.Tree);

        Assert.Equal(SandboxOutcome.Trap, result.Outcome);
        Assert.Contains(detail, result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c-files", "wasi-directories=", "0\n")]
    [InlineData("c-files", "paths=", "..: 8\n")]
    [InlineData("c-files-wagi", "paths=", "..: 8\n")]
    [InlineData("c-files-wagi", "cat=/a.txt", "errno 76\n")]
    public void NoFiles_NoDirectory(string guest, string query, string expected) =>
        Assert.StartsWith(expected, Guests.Run(guest, "/?" + query).Response.Body, StringComparison.Ordinal);

    [Fact]
    public void Run_SameReadsTwice_UseTheSameFuelAndAnswerAlike()
    {
        var first = Guests.Run("c-files", "/?wasi-stream=big", files: _files.Tree);
        var second = Guests.Run("c-files", "/?wasi-stream=big", files: _files.Tree);

        Assert.Equal(first.Result.Fuel, second.Result.Fuel);
        Assert.True(first.Result.Fuel > TestFiles.Big.Length / 8 * 2, "copies are paid for");
    }

    [Theory]
    [InlineData("c-files", "cat=/a.txt")]
    [InlineData("c-files", "wasi-read=a.txt")]
    [InlineData("c-files", "wasi-stream=a.txt")]
    public async Task Content_FetchedWhileTheGuestWaits(string guest, string query)
    {
        var fetch = new TaskCompletionSource();
        _files.Fetch = fetch.Task;
        var running = Task.Run(() => Guests.Run(guest, "/?" + query, files: _files.Tree));
        await _files.Asked.Task;
        fetch.SetResult();
        var (result, response) = await running;

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Contains("some to seek about in\n", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat=/a.txt")]
    [InlineData("wasi-read=a.txt")]
    [InlineData("wasi-stream=a.txt")]
    public void Content_NotToBeHad_EndsTheRequestAsThePlatformsTrouble(string query)
    {
        _files.Fetch = Task.FromException(new SandboxFileException("/a.txt can't be read now"));
        var (result, _) = Guests.Run("c-files", "/?" + query, files: _files.Tree);

        Assert.Equal(SandboxOutcome.Files, result.Outcome);
        Assert.Contains("/a.txt can't be read now", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat=/a.txt")]
    [InlineData("wasi-stream=a.txt")]
    public void Content_NeverFetched_EndsAtTheWallDeadline(string query)
    {
        _files.Fetch = new TaskCompletionSource().Task;
        var (result, _) = Guests.Run("c-files", "/?" + query, limits: new SandboxLimits { Wall = TimeSpan.FromMilliseconds(300) }, files: _files.Tree);

        Assert.Equal(SandboxOutcome.Wall, result.Outcome);
    }

    [Theory]
    [InlineData("cat=/a.txt", "errno 29\n")]
    [InlineData("wasi-read=a.txt", "error 13\n")]
    public void Content_CutShortOnDisk_IsAnIoError(string query, string expected)
    {
        File.WriteAllText(_files.PathOf(_files.Tree.Root.Children[0].Sha256!), "cut");

        Assert.Equal(expected, Ask("c-files", query));
    }

    [Fact]
    public void Handles_AreClosedWithTheRequest()
    {
        Ask("c-files", "numbers=/a.txt");
        Ask("c-files", "wasi-read=big");

        Assert.NotEmpty(_files.Handles);
        Assert.All(_files.Handles, handle => Assert.True(handle.IsClosed));
    }

    private string Ask(string guest, string query)
    {
        var (result, response) = Guests.Run(guest, "/?" + query, files: _files.Tree);
        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        return response.Body;
    }
}
