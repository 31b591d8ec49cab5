using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Platform.Worker.Invocation;

namespace Platform.Worker.Usage;

/// <summary>
/// Tenants' rates among workers. Each has a bucket of its own, which fills with the part of the rate that its requests are of all workers'; a few times a second it tells how many there were, and hears of the others'. So no
/// request waits for that; one worker alone gives exactly the rate, and several give it together, each as it is asked. Beyond it go at most the burst of each worker, and what one gives that hasn't heard of the others yet.
/// While the counters can't be reached each goes on with its last part.
/// </summary>
internal sealed partial class SharedRates(IRateCounters counters, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Time between two exchanges, while there are requests.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<RateShare> _asked = new();
    private readonly AsyncSignal _signal = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isUnreachable;

    /// <summary>Begins.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Ends.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _signal.Signal();
        await _running;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>A request is about to ask a tenant's bucket.</summary>
    public void Asking(RateBucket bucket, long tenantId)
    {
        var share = bucket.Share;
        if (share?.TenantId != tenantId)
        {
            // Of two at once one's first isn't told of.
            bucket.Share = share = new RateShare(bucket, tenantId);
        }

        if (share.Ask())
        {
            _asked.Enqueue(share);
            _signal.Signal();
        }
    }

    /// <summary>Tells how many have asked since the last time, and hears of all.</summary>
    internal async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        var shares = new List<RateShare>();
        var asked = new List<(long TenantId, long Asked)>();
        while (_asked.TryDequeue(out var share))
        {
            shares.Add(share);
            asked.Add((share.TenantId, share.Report()));
        }

        if (shares.Count == 0)
        {
            return;
        }

        try
        {
            var sums = await counters.AddAsync(asked, cancellationToken);
            for (var i = 0; i < shares.Count; i++)
            {
                shares[i].Heard(asked[i].Asked, sums[i], time);
            }

            _isUnreachable = false;
        }
        catch (IOException e)
        {
            shares.ForEach(static share => share.Unheard());
            if (!_isUnreachable)
            {
                _isUnreachable = true;
                LogUnreachable(e.Message);
            }
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await _signal.WaitAsync();
                await ExchangeAsync(_stop.Token);
                await Task.Delay(Interval, time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    [LoggerMessage(3340, LogLevel.Warning, "What other workers are asked of tenants' rates isn't known ({Reason}): each goes on with its last part")]
    private partial void LogUnreachable(string reason);
}
