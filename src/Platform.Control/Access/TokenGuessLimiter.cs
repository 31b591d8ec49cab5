using System.Net;
using System.Threading.RateLimiting;

namespace Platform.Control.Access;

/// <summary>Counts wrong tokens by client address; past the limit, the address waits for the window to pass.</summary>
internal sealed class TokenGuessLimiter(ControlOptions options) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetFixedWindowLimiter(
            ClientAddress.NetworkOf(address),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = options.TokenFailuresPerMinute, Window = Window, QueueLimit = 0 }));

    /// <summary>How long the address has to wait; null when it may try.</summary>
    public TimeSpan? RetryAfter(IPAddress? address)
    {
        // Asking for no permits only looks whether any are left.
        using var lease = _limiter.AttemptAcquire(address ?? IPAddress.None, permitCount: 0);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
    }

    /// <summary>Counts one wrong token.</summary>
    public void Failed(IPAddress? address) => _limiter.AttemptAcquire(address ?? IPAddress.None).Dispose();

    public void Dispose() => _limiter.Dispose();
}
