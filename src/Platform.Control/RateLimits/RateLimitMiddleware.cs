using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Platform.Control.Access;
using Platform.Control.Problems;

namespace Platform.Control.RateLimits;

/// <summary>
/// Counts a request against its caller's allowance and says what is left in <c>RateLimit-Policy</c> and <c>RateLimit</c> (draft-ietf-httpapi-ratelimit-headers-10); beyond it the answer is 429 with
/// <c>Retry-After</c>. Before authorization, so that what is refused there counts too.
/// </summary>
internal sealed class RateLimitMiddleware(RequestDelegate next, ApiRateLimiter limiter)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AuthorizationPolicy>() is not null)
        {
            // Once a request: authorization gets this result again.
            await http.AuthenticateAsync(AccessSchemes.Any);
        }

        using var lease = limiter.Take(http);
        var headers = http.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{ApiRateLimiter.PolicyName}\";q={limiter.QuotaOf(http)};w={ApiRateLimiter.Window.TotalSeconds}");
        if (lease.IsAcquired)
        {
            headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{ApiRateLimiter.PolicyName}\";r={limiter.RemainingOf(http)}");
            await next(http);
            return;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        RetryAfter.Set(http, wait);
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{ApiRateLimiter.PolicyName}\";r=0;t={Math.Ceiling(wait.TotalSeconds)}");
        await Problem.RateLimited.ExecuteAsync(http);
    }
}
