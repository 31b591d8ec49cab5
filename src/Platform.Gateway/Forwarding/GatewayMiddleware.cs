using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Errors;
using Platform.Gateway.Routing;
using Platform.Gateway.Telemetry;

namespace Platform.Gateway.Forwarding;

/// <summary>Finds what a request is for, has a worker run it, and answers for what no guest answered.</summary>
/// <remarks>
/// 1. The Host: the base domain falls through. 2. The app and its version in one snapshot. 3. The route. 4. The worker; once more with a newer snapshot when it
/// doesn't know that version. 5. An outcome without a response becomes an error of the platform; one after the head went out breaks the response off.
/// </remarks>
internal sealed class GatewayMiddleware(
    RequestDelegate next, HostNames hosts, RouteTables routes, RequestIds ids, ISnapshotSource snapshots, IAppInvoker invoker, GatewayMetrics metrics)
{
    private const string RequestIdHeader = "platform-request-id";

    public Task InvokeAsync(HttpContext context)
    {
        var host = hosts.Read(context.Request.Host);
        return host.Kind == HostKind.Base ? next(context) : ForwardAsync(context, host);
    }

    private async Task ForwardAsync(HttpContext context, HostTarget host)
    {
        var id = ids.Next();
        context.Response.Headers[RequestIdHeader] = id;
        var problem = IsUpgrade(context) ? GatewayProblem.Upgrade : await InvokeAsync(context, host, id);
        if (problem is null)
        {
            return;
        }

        metrics.Answered(problem.Type);
        context.Response.Headers[RequestIdHeader] = id;
        await ErrorWriter.WriteAsync(context, problem, id);
    }

    private async ValueTask<GatewayProblem?> InvokeAsync(HttpContext context, HostTarget host, string id)
    {
        var rawTarget = RequestTarget.RawTarget(context);
        for (var attempt = 0; ; attempt++)
        {
            if (host.Kind != HostKind.App
                || !snapshots.Current.Apps.TryGetValue(host.App, out var app)
                || (host.Version ?? app.Live) is not { } number
                || !app.Versions.TryGetValue(number, out var version))
            {
                return GatewayProblem.NoApp;
            }

            if (routes.Of(version).Find(RequestTarget.PathOf(rawTarget)) is not { } match)
            {
                return GatewayProblem.NoRoute;
            }

            var outcome = await invoker.InvokeAsync(context, RequestTarget.Create(context, id, host.App, number, match, rawTarget));
            if (outcome.Status == InvocationStatus.Stale && attempt == 0)
            {
                continue;
            }

            return Conclude(context, outcome);
        }
    }

    private static GatewayProblem? Conclude(HttpContext context, InvocationOutcome outcome)
    {
        if (outcome.Status == InvocationStatus.Guest)
        {
            return null;
        }

        if (outcome.HeadSent || outcome.Status == InvocationStatus.ClientGone)
        {
            context.Abort();
            return null;
        }

        return GatewayProblem.Of(outcome);
    }

    // A client that offers h2c goes on in HTTP/1.1 when it isn't taken up (RFC 9110 section 7.8); one that asks for a WebSocket can't.
    private static bool IsUpgrade(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method)
        || (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && !string.Equals(context.Request.Headers.Upgrade, "h2c", StringComparison.OrdinalIgnoreCase));
}
