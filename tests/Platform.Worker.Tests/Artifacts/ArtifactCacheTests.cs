using Microsoft.Extensions.Logging.Abstractions;
using Platform.Contracts.Modules;
using Platform.Runtime;
using Platform.Worker.Artifacts;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Artifacts;

public sealed class ArtifactCacheTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly TemporaryDirectory _fallback = new();
    private readonly MemoryModuleSource _source = new();
    private readonly FakeCompiler _compiler = new();

    public void Dispose()
    {
        _data.Dispose();
        _fallback.Dispose();
    }

    [Fact]
    public async Task Artifact_CompiledOnce_IsFoundByTheNextProcess()
    {
        var module = _source.Add("module a");
        var first = await Cache().GetAsync(module, default);
        var second = await Cache().GetAsync(module, default);

        Assert.Equal(first, second);
        Assert.Equal(1, _compiler.Compiles);
        Assert.Equal("module a", Content(second));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_data.Combine("artifacts")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_data.Combine("artifact.key")));
        AssertNoLeftovers();
    }

    [Fact]
    public async Task Artifact_OneBitFlipped_IsCompiledAgain()
    {
        var module = _source.Add("module a");
        var file = Path.Combine((await Cache().GetAsync(module, default)).Directory, FakeCompiler.FileName);
        var bytes = File.ReadAllBytes(file);
        bytes[3] ^= 0x10;
        File.WriteAllBytes(file, bytes);

        Assert.Equal("module a", Content(await Cache().GetAsync(module, default)));
        Assert.Equal(2, _compiler.Compiles);
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("delete a file")]
    [InlineData("delete the seal")]
    [InlineData("add a file")]
    [InlineData("rename a file")]
    [InlineData("move bytes between files")]
    public async Task Artifact_TamperedWith_IsCompiledAgain(string attack)
    {
        var module = _source.Add("module a");
        var directory = (await Cache().GetAsync(module, default)).Directory;
        var file = Path.Combine(directory, FakeCompiler.FileName);
        switch (attack)
        {
            case "truncate":
                File.WriteAllText(file, "module");
                break;
            case "delete a file":
                File.Delete(file);
                break;
            case "delete the seal":
                File.Delete(Path.Combine(directory, ArtifactSeal.FileName));
                break;
            case "add a file":
                File.WriteAllText(Path.Combine(directory, "1.cwasm"), "");
                break;
            case "rename a file":
                File.Move(file, Path.Combine(directory, "1.cwasm"));
                break;
            default:
                File.WriteAllText(file, "module a{");
                File.WriteAllText(Path.Combine(directory, "plan.json"), "}");
                break;
        }

        Assert.Equal("module a", Content(await Cache().GetAsync(module, default)));
        Assert.Equal(2, _compiler.Compiles);
        AssertNoLeftovers();
    }

    [Fact]
    public async Task Artifact_SwappedWithAnotherModules_IsCompiledAgain()
    {
        var (a, b) = (_source.Add("module a"), _source.Add("module b"));
        var (directoryA, directoryB) = ((await Cache().GetAsync(a, default)).Directory, (await Cache().GetAsync(b, default)).Directory);
        Directory.Delete(directoryA, recursive: true);
        Directory.Move(directoryB, directoryA);

        Assert.Equal("module a", Content(await Cache().GetAsync(a, default)));
        Assert.Equal(3, _compiler.Compiles);
    }

    [Fact]
    public async Task Artifact_OfAnotherEngine_IsNotUsed()
    {
        var module = _source.Add("module a");
        var old = await Cache("engine 1").GetAsync(module, default);
        var moved = await Cache("engine 2").GetAsync(module, default);

        Assert.NotEqual(old.Directory, moved.Directory);
        Directory.Delete(moved.Directory, recursive: true);
        Directory.Move(old.Directory, moved.Directory);
        await Cache("engine 2").GetAsync(module, default);
        Assert.Equal(3, _compiler.Compiles);
    }

    [Fact]
    public async Task Artifact_UnderAnotherKey_IsCompiledAgain()
    {
        var module = _source.Add("module a");
        await Cache().GetAsync(module, default);
        File.Delete(_data.Combine("artifact.key"));

        await Cache().GetAsync(module, default);
        Assert.Equal(2, _compiler.Compiles);
    }

    [Fact]
    public void Key_ThatOthersCouldRead_IsReplaced()
    {
        Cache();
        var before = File.ReadAllBytes(_data.Combine("artifact.key"));
        File.SetUnixFileMode(_data.Combine("artifact.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Cache();
        Assert.NotEqual(before, File.ReadAllBytes(_data.Combine("artifact.key")));
    }

    [Fact]
    public async Task Module_WithWrongBytes_IsNeverCompiled()
    {
        var module = _source.Add("module a");
        _source.Corrupt(module);

        var failure = await Assert.ThrowsAsync<ModuleUnavailableException>(() => Cache().GetAsync(module, default));
        Assert.Contains("another hash", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, _compiler.Compiles);
        AssertNoLeftovers();
    }

    [Fact]
    public async Task Module_Unknown_IsUnavailable() =>
        await Assert.ThrowsAsync<ModuleUnavailableException>(() => Cache().GetAsync(new string('a', 64), default));

    [Fact]
    public async Task Module_OverTheSizeLimit_IsRefused()
    {
        var module = _source.Add(new byte[2000]);
        var refused = await Assert.ThrowsAsync<HandlerRefusedException>(() => Cache(maxModuleBytes: 1999).GetAsync(module, default));
        Assert.Equal(HandlerRefusal.TooLarge, refused.Refusal);
    }

    [Fact]
    public async Task Compile_ThatFails_LeavesNothing()
    {
        var module = _source.Add("module a");
        _compiler.Before = static output =>
        {
            File.WriteAllText(Path.Combine(output, "partial"), "x");
            throw new ModuleUnavailableException("no");
        };

        await Assert.ThrowsAsync<ModuleUnavailableException>(() => Cache().GetAsync(module, default));
        AssertNoLeftovers();
        Assert.DoesNotContain(Directory.GetDirectories(_data.Combine("artifacts")), static path => !path.EndsWith("tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Disk_Full_CompilesIntoATemporaryDirectory()
    {
        var module = _source.Add("module a");
        _compiler.Before = output => output.StartsWith(_data.Path, StringComparison.Ordinal) ? throw new IOException("No space left on device") : Task.CompletedTask;
        var cache = Cache();

        var artifact = await cache.GetAsync(module, default);
        Assert.True(artifact.IsTransient);
        Assert.Equal("module a", Content(artifact));
        AssertNoLeftovers();

        cache.Release(artifact);
        Assert.Empty(Directory.GetFileSystemEntries(_fallback.Path));
    }

    [Fact]
    public async Task Disk_FullEverywhere_IsUnavailableWithTheReason()
    {
        var module = _source.Add("module a");
        _compiler.Before = static _ => throw new IOException("No space left on device");

        var failure = await Assert.ThrowsAsync<ModuleUnavailableException>(() => Cache().GetAsync(module, default));
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_fallback.Path));
    }

    [Fact]
    public void Start_AfterACrash_DeletesWhatWasBegun()
    {
        Directory.CreateDirectory(_data.Combine("artifacts", "tmp", "begun", "out"));
        Cache();
        AssertNoLeftovers();
    }

    [Fact]
    public async Task Artifact_ThatAnotherWorkerHas_IsTaken()
    {
        using var there = new TemporaryDirectory();
        var module = _source.Add("module a");
        var other = Node(there, key: 1, peers: null);
        await other.GetAsync(module, default);

        var artifact = await Node(_data, key: 1, new Peer(other)).GetAsync(module, default);

        Assert.Equal("module a", Content(artifact));
        Assert.Equal(1, _compiler.Compiles);
        Assert.Null(other.Find(module, "other"));
        Assert.Null(other.Find("../" + module[3..], "other"));
        AssertNoLeftovers();
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("another engine")]
    [InlineData("a changed byte")]
    [InlineData("a file more")]
    [InlineData("no seal")]
    public async Task Artifact_OfAnotherWorkerThatIsNotSealedForThis_IsCompiled(string what)
    {
        using var there = new TemporaryDirectory();
        var module = _source.Add("module a");
        var other = Node(there, what == "another key" ? (byte)2 : (byte)1, peers: null, what == "another engine" ? "engine 2" : "engine 1");
        await other.GetAsync(module, default);
        var peer = new Peer(other)
        {
            Changing = directory =>
            {
                var file = Path.Combine(directory, FakeCompiler.FileName);
                switch (what)
                {
                    case "a changed byte": File.WriteAllText(file, "module b"); break;
                    case "a file more": File.WriteAllText(file + "2", ""); break;
                    case "no seal": File.Delete(Path.Combine(directory, ArtifactSeal.FileName)); break;
                }
            },
        };

        var cache = Node(_data, key: 1, peer);

        Assert.Equal("module a", Content(await cache.GetAsync(module, default)));
        Assert.Equal(2, _compiler.Compiles);
        Assert.Equal("module a", Content(await cache.GetAsync(module, default)));
        Assert.Equal(2, _compiler.Compiles);
        AssertNoLeftovers();
    }

    private ArtifactCache Cache(string fingerprint = "engine 1", long maxModuleBytes = 1 << 20) => new(
        _data.Path, _fallback.Path, fingerprint, key: null, long.MaxValue, new ModuleFetcher(_source, maxModuleBytes), _compiler, peers: null, TimeProvider.System, NullLogger<ArtifactCache>.Instance);

    // Of a cluster.
    private ArtifactCache Node(TemporaryDirectory data, byte key, IArtifactPeers? peers, string fingerprint = "engine 1") => new(
        data.Path,
        _fallback.Path,
        fingerprint,
        [.. Enumerable.Repeat(key, 32)],
        long.MaxValue,
        new ModuleFetcher(_source, 1 << 20),
        _compiler,
        peers,
        TimeProvider.System,
        NullLogger<ArtifactCache>.Instance);

    private sealed class Peer(ArtifactCache other) : IArtifactPeers
    {
        /// <summary>What becomes of the files on the way.</summary>
        public Action<string> Changing { get; init; } = static _ => { };

        public Task<bool> TryFetchAsync(string sha256, string engine, string directory, CancellationToken cancellationToken)
        {
            using var lease = other.Find(sha256, engine);
            foreach (var file in lease is null ? [] : Directory.GetFiles(lease.Directory))
            {
                File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
            }

            Changing(directory);
            return Task.FromResult(lease is not null);
        }
    }

    private static string Content(Artifact artifact) => File.ReadAllText(Path.Combine(artifact.Directory, FakeCompiler.FileName));

    private void AssertNoLeftovers()
    {
        var temporary = _data.Combine("artifacts", "tmp");
        Assert.Empty(Directory.Exists(temporary) ? Directory.GetFileSystemEntries(temporary) : []);
    }
}
