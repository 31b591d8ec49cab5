using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Platform.Worker.Usage;

/// <summary>
/// Tenants' rates among workers. Each has a bucket of its own, which fills with the part of the rate that its requests are of all workers'; a few times a second it tells how many there were, and hears of the others'. So no
/// request waits for that; one worker alone gives exactly the rate, and several give it together, each as it is asked. Beyond it go at most the burst of each worker, and what one gives that hasn't heard of the others yet.
/// While the counters can't be reached each goes on with its last part.
/// </summary>
internal sealed class SharedRates(IRateCounters counters, TimeProvider time, ILogger logger) : TenantExchange(time, logger)
{
    private readonly ConcurrentQueue<RateShare> _asked = new();
    private readonly TimeProvider _time = time;

    protected override string Subject => "rates";

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
            Signal();
        }
    }

    protected override async Task TellAndHearAsync(CancellationToken cancellationToken)
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
                shares[i].Heard(asked[i].Asked, sums[i], _time);
            }
        }
        catch (IOException)
        {
            shares.ForEach(static share => share.Unheard());
            throw;
        }
    }
}
