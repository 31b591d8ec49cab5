using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Platform.Dashboard.Hosting;

/// <summary>
/// Holds the connection of a page: a WebSocket, which is counted, and cut once the session has ended. A page that hears of that goes to where one signs in by itself, with its next call; what doesn't would keep its circuit for ever.
/// </summary>
internal sealed partial class PageConnection(OpenPages pages, ApiDispatcher api, TimeProvider time, ILogger<PageConnection> logger)
{
    /// <summary>How often the session is looked at. It is cut at the second look that finds none: what a page shows for the last time can be copied.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>Runs what the connection is for, until that ends.</summary>
    public async Task HoldAsync(HttpContext context, Visitor visitor, RequestDelegate next)
    {
        // By no other transport: those have no connection that could be counted.
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true })
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var who = OpenPages.OwnerOf(visitor.Me!);
        if (!pages.TryOpen(who))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(context, visitor, ended.Token);
        try
        {
            await next(context);
        }
        finally
        {
            pages.Close(who);
            await ended.CancelAsync();
            await watching;
        }
    }

    private async Task WatchAsync(HttpContext context, Visitor visitor, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        var wasOut = false;
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(ended))
                {
                    return;
                }

                var isOut = (await api.SendAsync(visitor, new ApiCall(HttpMethod.Get, "/v1/me"), ended)).Status == StatusCodes.Status401Unauthorized;
                if (isOut && wasOut)
                {
                    context.Abort();
                    return;
                }

                wasOut = isOut;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLookFailed(e);
            }
        }
    }

    [LoggerMessage(3701, LogLevel.Warning, "Whether the session of an open page has ended couldn't be found out; it is looked for again.")]
    private partial void LogLookFailed(Exception exception);
}
