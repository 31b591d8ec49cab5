using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Worker.Artifacts;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Artifacts;

/// <summary>Which artifacts leave the disk. Each of these has 10,000 bytes of code and a little more.</summary>
public sealed class ArtifactRoomTests : IDisposable
{
    private const int Size = 10_000;

    private readonly TemporaryDirectory _data = new();
    private readonly MemoryModuleSource _source = new();
    private readonly FakeCompiler _compiler = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task PastTheLimit_TheLeastRecentlyUsedGo()
    {
        var modules = Modules(4);
        var cache = Cache(37 * Size / 10);
        await UseAsync(cache, modules[0]);
        await UseAsync(cache, modules[1]);
        await UseAsync(cache, modules[2]);
        await UseAsync(cache, modules[0]);

        await UseAsync(cache, modules[3]);

        Assert.Equal([true, false, true, true], modules.Select(cache.Has));
        Assert.Equal(4, _compiler.Compiles);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_data.Combine("artifacts/tmp")));
    }

    [Fact]
    public async Task PastTheLimit_OtherEnginesGoFirst()
    {
        var modules = Modules(3);
        var old = Cache(long.MaxValue, "engine 1");
        await UseAsync(old, modules[1]);
        await UseAsync(old, modules[2]);

        var cache = Cache(37 * Size / 10, "engine 2");
        await UseAsync(cache, modules[0]);
        await UseAsync(cache, modules[1]);

        Assert.Equal([true, true], modules.Take(2).Select(cache.Has));
        Assert.False(old.Has(modules[1]));
    }

    [Fact]
    public async Task PastTheLimit_LoadedAndHeldStay()
    {
        var modules = Modules(3);
        var cache = Cache(Size);
        cache.IsLoaded = sha256 => sha256 == modules[0];
        await UseAsync(cache, modules[0]);
        var held = await cache.GetAsync(modules[1], CancellationToken.None);

        await UseAsync(cache, modules[2]);
        var whileHeld = modules.Select(cache.Has).ToArray();
        cache.Release(held);
        cache.IsLoaded = static _ => false;
        await UseAsync(cache, modules[2]);
        await UseAsync(cache, Modules(4)[3]);

        Assert.Equal([true, true], whileHeld.Take(2));
        Assert.False(cache.Has(modules[0]));
        Assert.False(cache.Has(modules[1]));
    }

    [Fact]
    public async Task AnotherProcess_CountsWhatIsThere()
    {
        var modules = Modules(4);
        await UseAsync(Cache(long.MaxValue), modules[0]);
        await UseAsync(Cache(long.MaxValue), modules[1]);
        await UseAsync(Cache(long.MaxValue), modules[2]);

        var cache = Cache(26 * Size / 10);
        await UseAsync(cache, modules[3]);

        Assert.Equal([false, false, true, true], modules.Select(cache.Has));
    }

    [Fact]
    public async Task LastUsed_IsOfWhicheverEngine()
    {
        var modules = Modules(2);
        await UseAsync(Cache(long.MaxValue, "engine 1"), modules[0]);
        var used = _time.GetUtcNow().UtcDateTime;

        var cache = Cache(long.MaxValue, "engine 2");

        Assert.Equal(used, cache.LastUsed(modules[0]).AddMinutes(1));
        Assert.Equal(default, cache.LastUsed(modules[1]));
    }

    private List<string> Modules(int count) => [.. Enumerable.Range(0, count).Select(i => _source.Add(new string((char)('a' + i), Size)))];

    private async Task UseAsync(ArtifactCache cache, string module)
    {
        cache.Release(await cache.GetAsync(module, CancellationToken.None));
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    private ArtifactCache Cache(long maxBytes, string fingerprint = "engine 1") => new(
        _data.Path, Path.GetTempPath(), fingerprint, key: null, maxBytes, new ModuleFetcher(_source, 1 << 20), _compiler, peers: null, _time, NullLogger<ArtifactCache>.Instance);
}
