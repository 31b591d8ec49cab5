using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Worker.Artifacts;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Artifacts;

public sealed class ArtifactWarmupTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly MemoryModuleSource _source = new();
    private readonly FakeCompiler _compiler = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task NewEngine_CompilesLiveAndSplitModules_TheMostRecentlyUsedFirst()
    {
        var (old, live, split, shared) = (_source.Add("old"), _source.Add("live"), _source.Add("split"), _source.Add("shared"));
        var before = Cache("engine 1");
        foreach (var module in new[] { live, old, shared, split })
        {
            before.Release(await before.GetAsync(module, CancellationToken.None));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        var cache = Cache("engine 2");
        cache.Release(await cache.GetAsync(shared, CancellationToken.None));
        var compiled = new List<string>();
        _compiler.Before = output =>
        {
            compiled.Add(Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Path.GetDirectoryName(output)!, "*.wasm").Single()));
            return Task.CompletedTask;
        };

        await WarmAsync(cache, App("one", 2, null, old, live), App("two", 2, [new(2, 60), new(1, 40)], split, shared));

        Assert.Equal([split, live], compiled);
        Assert.False(cache.Has(old));
    }

    [Fact]
    public async Task EachCompile_WaitsUntilNothingElseWaits()
    {
        var modules = new[] { _source.Add("a"), _source.Add("b") };
        var cache = Cache("engine 1");
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        _compiler.Idle = () => asked++ == 0 ? Task.CompletedTask : idle.Task;

        var warming = WarmAsync(cache, App("one", 1, null, modules[0]), App("two", 1, null, modules[1]));
        await Eventually.HoldsAsync(() => asked == 2, "it waits for its turn again");
        var whileBusy = _compiler.Compiles;
        idle.SetResult();
        await warming;

        Assert.Equal(1, whileBusy);
        Assert.Equal(2, _compiler.Compiles);
    }

    [Fact]
    public async Task ModuleThatCantBeHad_IsSkipped()
    {
        var there = _source.Add("there");
        var cache = Cache("engine 1");

        await WarmAsync(cache, App("one", 1, null, new string('0', 64)), App("two", 1, null, there));

        Assert.True(cache.Has(there));
    }

    private async Task WarmAsync(ArtifactCache cache, params AppSnapshot[] apps)
    {
        var snapshots = new CurrentSnapshot
        {
            Current = new PlatformSnapshot(1, apps.ToImmutableDictionary(app => new AppKey(app.Tenant, app.App))),
        };
        using var modules = new ModuleCache(cache, new FakeRunner(), 10, 1 << 20, _time);
        await new ArtifactWarmup(snapshots, cache, modules, _compiler, NullLogger<ArtifactWarmup>.Instance).RunAsync(CancellationToken.None);
    }

    private static AppSnapshot App(string name, int live, TrafficShare[]? shares, params string[] modules) => new(
        1,
        "acme",
        name,
        live,
        modules.Select((module, i) => KeyValuePair.Create(
            i + 1, new VersionDocument { Routes = [], Components = [new ComponentDocument { Id = "main", ModuleSha256 = module }] })).ToImmutableDictionary())
    {
        Traffic = shares is null ? null : new TrafficSnapshot([.. shares], null),
    };

    private ArtifactCache Cache(string fingerprint) => new(
        _data.Path, Path.GetTempPath(), fingerprint, key: null, long.MaxValue, new ModuleFetcher(_source, 1 << 20), _compiler, peers: null, _time, NullLogger<ArtifactCache>.Instance);
}
