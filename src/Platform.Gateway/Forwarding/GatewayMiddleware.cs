using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Invocation;
using Platform.Contracts.Routing;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Errors;
using Platform.Gateway.Https;
using Platform.Gateway.Routing;
using Platform.Gateway.Splitting;
using Platform.Gateway.Telemetry;

namespace Platform.Gateway.Forwarding;

/// <summary>Finds what a request is for, has a worker run it, and answers for what no guest answered.</summary>
/// <remarks>
/// 1. The Host: a custom domain is looked up in the snapshot; without TLS, where it has to be, nothing goes on; the base domain falls through. 2. The app and its version, by weight when it is split, in one snapshot. 3. The route, which may have its answer with it. 4. The worker; once more with a newer snapshot when it
/// doesn't know that version. 5. An outcome without a response becomes an error of the platform; one after the head went out breaks the response off.
/// </remarks>
internal sealed partial class GatewayMiddleware(
    RequestDelegate next,
    HostNames hosts,
    HttpsRules https,
    RouteTables routes,
    RequestIds ids,
    ISnapshotSource snapshots,
    IAppInvoker invoker,
    VersionChooser chooser,
    TimeProvider time,
    GatewayMetrics metrics,
    ILogger<GatewayMiddleware> logger)
{
    private static readonly TimeSpan NewerPatience = TimeSpan.FromSeconds(1);

    private const string RequestIdHeader = "platform-request-id";

    // What stands between the head of a response and its error page may clear the headers: they are told the id as late as can be.
    private static readonly Func<object, Task> SetRequestId = static state =>
    {
        var context = (HttpContext)state;
        context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
        return Task.CompletedTask;
    };

    public Task InvokeAsync(HttpContext context)
    {
        var id = ids.Next();
        context.TraceIdentifier = id;
        if (IsOfTwoLengths(context.Request.Headers))
        {
            context.Response.Headers.Connection = "close";
            return AnswerAsync(context, GatewayProblem.BadRequest(StatusCodes.Status400BadRequest), id);
        }

        var host = hosts.Read(context.Request.Headers.Host.ToString());
        var domain = host.Domain is null ? null : snapshots.Current.Domains.GetValueOrDefault(host.Domain);
        if (domain is not null && DomainChallenge.IsAskedFor(context.Request))
        {
            return DomainChallenge.AnswerAsync(context, domain);
        }

        if (https.IsOn)
        {
            if (https.Redirection(context, host, domain) is { } url)
            {
                context.Response.Headers[RequestIdHeader] = id;
                context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                context.Response.Headers.Location = url;
                return Task.CompletedTask;
            }

            if (https.Refusal(context, host, domain) is { } refusal)
            {
                return AnswerAsync(context, refusal, id);
            }
        }

        if (host.Kind != HostKind.Base)
        {
            return ForwardAsync(context, host, domain, id);
        }

        context.Response.OnStarting(SetRequestId, context);
        return next(context);
    }

    private async Task ForwardAsync(HttpContext context, HostTarget host, DomainSnapshot? domain, string id)
    {
        var began = time.GetTimestamp();
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } tags)
        {
            tags.MetricsDisabled = true;
        }

        try
        {
            await AnswerForAppAsync(context, host, domain, id);
        }
        finally
        {
            metrics.Ended(context.Response.StatusCode, time.GetElapsedTime(began));
        }
    }

    private async Task AnswerForAppAsync(HttpContext context, HostTarget host, DomainSnapshot? domain, string id)
    {
        context.Response.Headers[RequestIdHeader] = id;
        GatewayProblem? problem;
        try
        {
            problem = await InvokeAsync(context, host, domain, id);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested)
        {
            LogGone(e, id);
            return;
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            problem = GatewayProblem.BadRequest(e.StatusCode);
        }
        catch (Exception e)
        {
            LogFailed(e, id);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            problem = GatewayProblem.Internal;
        }

        if (problem is not null)
        {
            context.Response.Clear();
            await AnswerAsync(context, problem, id);
        }
    }

    private Task AnswerAsync(HttpContext context, GatewayProblem problem, string id)
    {
        metrics.Answered(problem.Type);
        context.Response.Headers[RequestIdHeader] = id;
        return ErrorWriter.WriteAsync(context, problem, id);
    }

    private async ValueTask<GatewayProblem?> InvokeAsync(HttpContext context, HostTarget host, DomainSnapshot? domain, string id)
    {
        if ((host.Kind == HostKind.App ? host.App : domain?.App) is not { } key)
        {
            return GatewayProblem.NoApp;
        }

        ClientHeaders.Strip(context.Request.Headers);
        var cookies = StickyCookie.Take(context.Request.Headers);
        StickyAnswer? sticky = null;
        var rawTarget = RequestTarget.Raw(context);
        var pathLength = RequestTarget.PathLength(rawTarget);
        for (var attempt = 0; ; attempt++)
        {
            var snapshot = snapshots.Current;
            if (ReferenceEquals(snapshot, PlatformSnapshot.Empty))
            {
                return GatewayProblem.Starting;
            }

            if (!snapshot.Apps.TryGetValue(key, out var app)
                || (domain is not null && domain.AppId != app.Id)
                || (host.Version ?? (app.Traffic is { } traffic ? chooser.Choose(context, traffic, cookies, ref sticky) : app.Live)) is not { } number
                || !app.Versions.TryGetValue(number, out var version))
            {
                return GatewayProblem.NoApp;
            }

            if (IsUpgrade(context))
            {
                return GatewayProblem.Upgrade;
            }

            if (!routes.Of(version).TryFind(rawTarget.AsSpan(0, pathLength), out var match))
            {
                return GatewayProblem.NoRoute;
            }

            if (match.Route.Document.StaticResponse is { } response)
            {
                await StaticResponse.SendAsync(context, response);
                return null;
            }

            var outcome = await invoker.InvokeAsync(context, RequestTarget.Create(context, id, app, snapshot.Revision, number, match, rawTarget, pathLength));
            if (outcome.Status != InvocationStatus.Stale || outcome.HeadSent || attempt > 0)
            {
                return Conclude(context, outcome);
            }

            // A worker that doesn't know the version may be ahead: what it knows is on its way here.
            await snapshots.WaitForRevisionAsync(snapshot.Revision + 1, NewerPatience, time, context.RequestAborted);
        }
    }

    private static GatewayProblem? Conclude(HttpContext context, InvocationOutcome outcome)
    {
        if (outcome.Status == InvocationStatus.Guest)
        {
            return null;
        }

        if (outcome.HeadSent || context.Response.HasStarted || outcome.Status == InvocationStatus.ClientGone)
        {
            context.Abort();
            return null;
        }

        // Whatever the guest made of a body that broke off, it wasn't its fault.
        return outcome.ClientFault is { } status ? GatewayProblem.BadRequest(status) : GatewayProblem.Of(outcome);
    }

    // Content-Length beside Transfer-Encoding (RFC 9112 section 6.3): Kestrel goes by the latter and puts the former away under this name. What stood before it may have gone by the other.
    private static bool IsOfTwoLengths(IHeaderDictionary headers) => headers.TransferEncoding.Count > 0 && headers.ContainsKey("X-Content-Length");

    // A client that offers h2c goes on in HTTP/1.1 when it isn't taken up (RFC 9110 section 7.8); one that asks for a WebSocket can't.
    private static bool IsUpgrade(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method)
        || (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && !string.Equals(context.Request.Headers.Upgrade, "h2c", StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(3401, LogLevel.Debug, "The client of request {RequestId} went away")]
    private partial void LogGone(Exception exception, string requestId);

    [LoggerMessage(3402, LogLevel.Error, "Request {RequestId} failed in the platform")]
    private partial void LogFailed(Exception exception, string requestId);
}
