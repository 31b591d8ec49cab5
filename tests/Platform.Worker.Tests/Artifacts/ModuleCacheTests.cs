using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Modules;
using Platform.Runtime;
using Platform.Worker.Artifacts;
using Platform.Worker.Quarantining;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Artifacts;

public sealed class ModuleCacheTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly MemoryModuleSource _source = new();
    private readonly FakeCompiler _compiler = new();
    private readonly FakeRunner _runner = new() { ModuleBytes = 1000 };
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Lease_AThousandAtOnceOfAColdModule_LoadsOnce()
    {
        var module = _source.Add("module a");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _compiler.Before = _ => gate.Task;
        using var cache = Cache();

        var leases = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => cache.LeaseAsync(module, default))).ToArray();
        await Eventually.HoldsAsync(() => _compiler.Compiles == 1, "the compile began");
        gate.SetResult();
        var leased = await Task.WhenAll(leases);

        Assert.Equal(1, _compiler.Compiles);
        Assert.Equal(1, _runner.Loads);
        Assert.Single(leased.Distinct());
    }

    [Fact]
    public async Task Lease_CallerGivesUp_LoadGoesOnForOthers()
    {
        var module = _source.Add("module a");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _compiler.Before = _ => gate.Task;
        using var cache = Cache();
        using var impatient = new CancellationTokenSource();

        var first = cache.LeaseAsync(module, impatient.Token);
        var second = cache.LeaseAsync(module, default);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.NotNull(await second);
        Assert.Equal(1, _compiler.Compiles);
    }

    [Fact]
    public async Task Eviction_OfAModuleInUse_DisposesItWithItsLastLease()
    {
        using var cache = Cache(maxEntries: 1);
        var a = await cache.LeaseAsync(_source.Add("module a"), default);
        var again = cache.TryLease(a.Sha256)!;
        (await cache.LeaseAsync(_source.Add("module b"), default)).Release();

        Assert.Null(cache.TryLease(a.Sha256));
        a.Release();
        Assert.False(_runner.Modules[0].IsDisposed);
        again.Release();
        Assert.True(_runner.Modules[0].IsDisposed);
        Assert.False(a.TryLease());
    }

    [Fact]
    public async Task Eviction_OverTheNumber_TakesTheLeastRecentlyUsed()
    {
        using var cache = Cache(maxEntries: 2);
        var (a, b, c) = (_source.Add("module a"), _source.Add("module b"), _source.Add("module c"));
        await UseAsync(cache, a);
        await UseAsync(cache, b);
        await UseAsync(cache, a);
        await UseAsync(cache, c);

        Assert.Equal(2, cache.Count);
        Assert.Equal(["module b"], _runner.Modules.Where(static module => module.IsDisposed).Select(static module => module.Content));
        await UseAsync(cache, b);
        Assert.Equal(3, _compiler.Compiles);
        Assert.Equal(4, _runner.Loads);
    }

    [Fact]
    public async Task Eviction_OverTheBytes_MakesRoom()
    {
        using var cache = Cache(maxBytes: 2500);
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            await UseAsync(cache, _source.Add(name));
        }

        Assert.Equal(2, cache.Count);
        Assert.Equal(["a", "b"], _runner.Modules.Where(static module => module.IsDisposed).Select(static module => module.Content));
    }

    [Fact]
    public async Task Failure_IsRememberedForAMoment()
    {
        var module = _source.Add("module a");
        _compiler.Before = static _ => throw new HandlerRefusedException(HandlerRefusal.Malformed, "not a component");
        using var cache = Cache();

        await Assert.ThrowsAsync<HandlerRefusedException>(() => cache.LeaseAsync(module, default));
        await Assert.ThrowsAsync<HandlerRefusedException>(() => cache.LeaseAsync(module, default));
        Assert.Equal(1, _compiler.Compiles);

        _time.Advance(TimeSpan.FromSeconds(3));
        _compiler.Before = null;
        Assert.NotNull(await cache.LeaseAsync(module, default));
        Assert.Equal(2, _compiler.Compiles);
    }

    [Fact]
    public async Task Prepare_TellsReadyRefusedAndUnavailableApart()
    {
        using var cache = Cache();
        using var crashes = new CrashRecord(_data.Path, "engine", threads: 1, NullLogger.Instance);
        var preparer = new ModulePreparer(cache, crashes, NullLogger<ModulePreparer>.Instance);
        var refused = _source.Add("refused");
        _compiler.Before = output => throw new HandlerRefusedException(HandlerRefusal.NoHandler, "it exports no handler");

        Assert.Equivalent(new PrepareResult(PrepareStatus.Refused, [], "it exports no handler"), await preparer.PrepareAsync("acme", refused, default), strict: true);
        _compiler.Before = null;
        Assert.Equivalent(
            new PrepareResult(PrepareStatus.Ready, [HandlerKindNames.Http], null), await preparer.PrepareAsync("acme", _source.Add("good"), default), strict: true);
        Assert.Equal(PrepareStatus.Unavailable, (await preparer.PrepareAsync("acme", new string('0', 64), default)).Status);
        Assert.Equal(1, cache.Count);
    }

    private async Task UseAsync(ModuleCache cache, string sha256)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        (await cache.LeaseAsync(sha256, default)).Release();
    }

    private ModuleCache Cache(int maxEntries = 100, long maxBytes = 1 << 20)
    {
        var artifacts = new ArtifactCache(
            _data.Path, Path.GetTempPath(), _runner.Fingerprint, key: null, long.MaxValue, new ModuleFetcher(_source, 1 << 20), _compiler, peers: null, _time, NullLogger<ArtifactCache>.Instance);
        return new ModuleCache(artifacts, _runner, maxEntries, maxBytes, _time);
    }
}
