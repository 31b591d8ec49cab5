using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Platform.Worker.Admission;

namespace Platform.Worker.Usage;

/// <summary>
/// The places of tenants that have a total on all workers. Each worker leases as many as it is asked for, with an equal part of what nobody asks for, and renews that ahead: no request waits for it. Beyond the total go at most
/// those of workers that haven't heard of the others yet. While leases can't be reached each goes on with what it has.
/// </summary>
internal sealed class SharedPlaces(IPlaceLeases leases, TimeProvider time, ILogger logger) : TenantExchange(time, logger)
{
    private readonly ConcurrentQueue<PlaceShare> _listed = new();
    private readonly TimeProvider _time = time;

    // Of the exchanges alone.
    private List<PlaceShare> _shares = [];

    protected override string Subject => "requests at once";

    /// <summary>Takes one of the places that this worker may give.</summary>
    /// <param name="lane">The tenant's lane.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="most">Its places on one worker.</param>
    /// <param name="total">On all together.</param>
    public bool TryEnter(TenantLane lane, long tenantId, int most, int total)
    {
        var share = lane.PlacesOf(tenantId);
        var entered = share.TryEnter(most, total);
        if (share.List())
        {
            _listed.Enqueue(share);
            Signal();
        }

        return entered;
    }

    protected override async Task TellAndHearAsync(CancellationToken cancellationToken)
    {
        while (_listed.TryDequeue(out var share))
        {
            _shares.Add(share);
        }

        if (_shares.Count == 0)
        {
            return;
        }

        var claims = _shares.ConvertAll(share => share.Claim(_time));
        IReadOnlyList<int>? places = null;
        try
        {
            places = await leases.RenewAsync(claims, cancellationToken);
        }
        finally
        {
            _shares = [.. _shares.Where((share, i) => share.Heard(claims[i], places?[i]))];
            if (_shares.Count > 0)
            {
                Signal();
            }
        }
    }
}
