using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Control.Idempotency;

/// <summary>Renews the claims of the requests that run here, so that they hold for as long as a compile takes and end soon after this process does.</summary>
internal sealed partial class KeyLeases(IdempotencyStore store, TimeProvider time, ILogger<KeyLeases> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Most requests are over by then.
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<KeyClaim, long> _held = new(ReferenceEqualityComparer.Instance);

    /// <summary>Holds a claim that was just made until what is returned is disposed.</summary>
    public Hold Keep(KeyClaim claim)
    {
        _held[claim] = time.GetTimestamp();
        return new Hold(this, claim);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RenewAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var (claim, since) in _held)
        {
            if (time.GetElapsedTime(since) >= RenewAfter)
            {
                var now = time.GetTimestamp();
                await store.RenewAsync(claim, cancellationToken);
                _held.TryUpdate(claim, now, since);
            }
        }
    }

    [LoggerMessage(3060, LogLevel.Warning, "The leases of running requests' idempotency keys could not be renewed; it is tried again")]
    private partial void LogFailed(Exception exception);

    /// <summary>Ends the renewing of one claim.</summary>
    public readonly struct Hold(KeyLeases leases, KeyClaim claim) : IDisposable
    {
        public void Dispose() => leases._held.TryRemove(claim, out _);
    }
}
