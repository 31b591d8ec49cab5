using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Platform.Control.Access;

namespace Platform.Control.RateLimits;

/// <summary>How often each caller may call the API, and each address that calls without a credential. Of this process alone: several control planes have one each.</summary>
internal sealed class ApiRateLimiter(ControlOptions options) : IDisposable
{
    /// <summary>What an allowance of requests is for, in the answer's headers.</summary>
    public const string PolicyName = "api";

    /// <summary>The time in which a used up allowance is whole again.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // Small steps, so that an even stream at the allowed rate never waits.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        RateLimitPartition.GetTokenBucketLimiter(KeyOf(http), _ => Bucket(QuotaOf(http, options))));

    /// <summary>Requests in a <see cref="Window"/> that the caller of a request has.</summary>
    public int QuotaOf(HttpContext http) => QuotaOf(http, options);

    /// <summary>Takes one request from the caller's allowance; the lease says whether there was one.</summary>
    public RateLimitLease Take(HttpContext http) => _limiter.AttemptAcquire(http);

    /// <summary>What is left of the caller's allowance.</summary>
    public long RemainingOf(HttpContext http) => _limiter.GetStatistics(http)?.CurrentAvailablePermits ?? QuotaOf(http);

    public void Dispose() => _limiter.Dispose();

    private static int QuotaOf(HttpContext http, ControlOptions options) =>
        http.Features.Get<Caller>() is null ? options.AnonymousApiRequestsPerMinute : options.ApiRequestsPerMinute;

    private static string KeyOf(HttpContext http) => http.Features.Get<Caller>()?.Id ?? ClientAddress.NetworkOf(http.Connection.RemoteIpAddress ?? IPAddress.None).ToString();

    private static TokenBucketRateLimiterOptions Bucket(int quota) => new()
    {
        TokenLimit = quota,
        TokensPerPeriod = Math.Max(1, (int)(quota * Step / Window)),
        ReplenishmentPeriod = quota * Step / Window >= 1 ? Step : Window / quota,
        QueueLimit = 0,
        AutoReplenishment = false,
    };
}
