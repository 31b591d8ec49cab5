using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Tests.Wasi.Filesystem;

/// <summary>Files for a guest, their contents in a temporary directory.</summary>
internal sealed class TestFiles : ISandboxFileContents, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("platform-files-").FullName;
    private readonly List<SafeFileHandle> _handles = [];

    public TestFiles(params (string Path, byte[] Content)[] files)
    {
        Tree = new SandboxFiles([.. files.Select(file => (file.Path, (long)file.Content.Length, Store(file.Content)))], this);
    }

    public SandboxFiles Tree { get; }

    /// <summary>What is awaited before a content is there.</summary>
    public Task Fetch { get; set; } = Task.CompletedTask;

    /// <summary>Ends when a content was asked for.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<SafeFileHandle> Handles
    {
        get
        {
            lock (_handles)
            {
                return [.. _handles];
            }
        }
    }

    /// <summary>The files that the operations of <c>c-files</c> expect, and one that doesn't fit in any buffer.</summary>
    public static TestFiles Sample() => new(
        ("/a.txt", Encoding.UTF8.GetBytes("first file, sixty-four bytes, just to have some to seek about in\n")),
        ("/dir/b.txt", Encoding.UTF8.GetBytes("second\n")),
        ("/dir/deep/empty", []),
        ("/big", Big));

    public static byte[] Big { get; } = [.. Enumerable.Range(0, 300_000).Select(i => (byte)('a' + (i / 7 % 26)))];

    public string PathOf(string sha256) => Path.Combine(_directory, sha256);

    public Task<SafeFileHandle> OpenAsync(SandboxFile file)
    {
        Asked.TrySetResult();
        return Fetch.IsCompletedSuccessfully ? Task.FromResult(Open(file)) : OpenLaterAsync(file);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<SafeFileHandle> OpenLaterAsync(SandboxFile file)
    {
        await Fetch;
        return Open(file);
    }

    private SafeFileHandle Open(SandboxFile file)
    {
        var handle = File.OpenHandle(PathOf(file.Sha256!));
        lock (_handles)
        {
            _handles.Add(handle);
        }

        return handle;
    }

    private string Store(byte[] content)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        File.WriteAllBytes(PathOf(sha256), content);
        return sha256;
    }
}
