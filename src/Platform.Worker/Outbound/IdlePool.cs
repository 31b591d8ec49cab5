using System.Collections.Concurrent;

namespace Platform.Worker.Outbound;

/// <summary>
/// Clients that are made when somebody first asks for them, shared by key, and closed once nobody has used them for a while. Thread-safe.
/// </summary>
internal sealed class IdlePool<TKey, TClient> : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TKey, Lease> _leases;
    private readonly Func<TKey, TClient> _create;
    private readonly Action<TClient> _close;
    private readonly TimeSpan _idle;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    /// <param name="create">Makes a client; connects nothing yet.</param>
    /// <param name="close">Closes one that nobody uses.</param>
    /// <param name="idle">How long one is kept unused.</param>
    /// <param name="time">The clock.</param>
    public IdlePool(Func<TKey, TClient> create, Action<TClient> close, TimeSpan idle, TimeProvider time)
    {
        _leases = [];
        _create = create;
        _close = close;
        _idle = idle;
        _time = time;
        _sweep = time.CreateTimer(static state => ((IdlePool<TKey, TClient>)state!).Sweep(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>The keys of the clients that are there.</summary>
    public ICollection<TKey> Keys => _leases.Keys;

    /// <summary>The key's client, kept until the lease is given back.</summary>
    public Lease Rent(TKey key)
    {
        while (true)
        {
            var lease = _leases.GetOrAdd(key, static (wanted, pool) => new Lease(pool._create(wanted)), this);
            if (lease.TryEnter())
            {
                return lease;
            }

            // Swept away just now.
            _leases.TryRemove(KeyValuePair.Create(key, lease));
        }
    }

    /// <summary>Gives a lease back.</summary>
    public void Return(Lease lease) => lease.Leave(_time.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var lease in _leases.Values)
        {
            _close(lease.Client);
        }
    }

    private void Sweep()
    {
        foreach (var (key, lease) in _leases)
        {
            if (lease.TryClose(timestamp => _time.GetElapsedTime(timestamp) >= _idle))
            {
                _leases.TryRemove(KeyValuePair.Create(key, lease));
                _close(lease.Client);
            }
        }
    }

    /// <summary>A client in use.</summary>
    internal sealed class Lease(TClient client)
    {
        private readonly Lock _gate = new();
        private int _inUse;
        private long _lastUsed;
        private bool _isClosed;

        public TClient Client { get; } = client;

        public bool TryEnter()
        {
            lock (_gate)
            {
                _inUse += _isClosed ? 0 : 1;
                return !_isClosed;
            }
        }

        public void Leave(long now)
        {
            lock (_gate)
            {
                _inUse--;
                _lastUsed = now;
            }
        }

        public bool TryClose(Func<long, bool> isOld)
        {
            lock (_gate)
            {
                _isClosed = _inUse == 0 && _lastUsed != 0 && isOld(_lastUsed);
                return _isClosed;
            }
        }
    }
}
