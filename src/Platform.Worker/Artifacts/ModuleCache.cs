using System.Collections.Concurrent;
using Platform.Runtime;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Loaded modules by hash, bounded by number and by bytes of mapped code; the least recently used goes. However many ask for a module at once, it is fetched,
/// compiled and loaded once. A failure is remembered for a moment, so that a broken module doesn't keep the compiler busy.
/// </summary>
internal sealed class ModuleCache : IDisposable
{
    private static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, CachedModule> _modules = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<CachedModule>>> _loading = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (Exception Failure, long At)> _failed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _evicting = new();
    private readonly ArtifactCache _artifacts;
    private readonly ISandboxRunner _runner;
    private readonly int _maxEntries;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;

    public ModuleCache(ArtifactCache artifacts, ISandboxRunner runner, int maxEntries, long maxBytes, TimeProvider time)
    {
        _artifacts = artifacts;
        _runner = runner;
        _maxEntries = maxEntries;
        _maxBytes = maxBytes;
        _time = time;
        artifacts.IsLoaded = _modules.ContainsKey;
    }

    /// <summary>Modules loaded now.</summary>
    public int Count => _modules.Count;

    /// <summary>A lease on the module if it is loaded; the caller gives it back with <see cref="CachedModule.Release"/>.</summary>
    public CachedModule? TryLease(string sha256)
    {
        if (_modules.TryGetValue(sha256, out var module) && module.TryLease())
        {
            module.LastUsed = _time.GetTimestamp();
            return module;
        }

        return null;
    }

    /// <summary>A lease on the module, loaded if need be. The load goes on when a caller gives up: others wait for it.</summary>
    /// <exception cref="HandlerRefusedException">The module is refused.</exception>
    /// <exception cref="ModuleUnavailableException">It can't be had now.</exception>
    public async Task<CachedModule> LeaseAsync(string sha256, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryLease(sha256) is { } leased)
            {
                return leased;
            }

            ThrowIfJustFailed(sha256);
            var load = _loading.GetOrAdd(sha256, hash => new Lazy<Task<CachedModule>>(() => Task.Run(() => LoadAsync(hash))));
            var module = await load.Value.WaitAsync(cancellationToken);

            // Dropped between load and lease when the cache is smaller than what is in use: load again.
            if (module.TryLease())
            {
                return module;
            }
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var sha256 in _modules.Keys)
        {
            Drop(sha256);
        }

        _stopping.Dispose();
    }

    private async Task<CachedModule> LoadAsync(string sha256)
    {
        try
        {
            var artifact = await _artifacts.GetAsync(sha256, _stopping.Token);
            try
            {
                var module = new CachedModule(sha256, _runner.Load(artifact.Directory)) { LastUsed = _time.GetTimestamp() };
                _modules[sha256] = module;
                MakeRoom(module);
                return module;
            }
            finally
            {
                _artifacts.Release(artifact);
            }
        }
        catch (Exception failure) when (failure is HandlerRefusedException or ModuleUnavailableException)
        {
            _failed[sha256] = (failure, _time.GetTimestamp());
            throw;
        }
        finally
        {
            _loading.TryRemove(sha256, out _);
        }
    }

    private void ThrowIfJustFailed(string sha256)
    {
        if (!_failed.TryGetValue(sha256, out var failed))
        {
            return;
        }

        if (_time.GetElapsedTime(failed.At) < FailureMemory)
        {
            throw failed.Failure is HandlerRefusedException refused
                ? new HandlerRefusedException(refused.Refusal, refused.Message)
                : new ModuleUnavailableException(failed.Failure.Message, failed.Failure);
        }

        _failed.TryRemove(sha256, out _);
    }

    private void MakeRoom(CachedModule newest)
    {
        lock (_evicting)
        {
            var bytes = _modules.Values.Sum(static module => module.Module.Bytes);
            var count = _modules.Count;
            foreach (var module in _modules.Values.OrderBy(static module => module.LastUsed).ToList())
            {
                if (count <= _maxEntries && bytes <= _maxBytes)
                {
                    return;
                }

                if (module != newest)
                {
                    bytes -= module.Module.Bytes;
                    count--;
                    Drop(module.Sha256);
                }
            }
        }
    }

    private void Drop(string sha256)
    {
        if (_modules.TryRemove(sha256, out var module))
        {
            module.Release();
        }
    }
}
