using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Platform.Contracts.Invocation;
using Platform.Contracts.Routing;
using Platform.Contracts.Snapshots;

namespace Platform.Worker.Invocation;

/// <summary>
/// Takes gateways' invocations (<see cref="InvocationHeaders"/>) from the internal listener. The worker runs only what its own snapshot knows: it looks the version up, matches the route itself, and says that it
/// is <see cref="InvocationStatus.Stale"/> when that leads to something else than the gateway asked for.
/// </summary>
internal sealed class InvocationMiddleware(
    RequestDelegate next, Invoker invoker, RouteTables routes, ISnapshotSource snapshots, IHostApplicationLifetime lifetime, TimeProvider time)
{
    // What a gateway that heard of a change before this worker waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Func<object, Task> SayGuest = static state =>
    {
        ((HttpResponse)state).Headers.TryAdd(InvocationHeaders.Outcome, OutcomeHeader.Guest);
        return Task.CompletedTask;
    };

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Path == InvocationHeaders.Path ? RunAsync(context) : next(context);

    private async Task RunAsync(HttpContext context)
    {
        // Counted by the worker's own instruments: a status is the guest's choice.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } tags)
        {
            tags.MetricsDisabled = true;
        }

        if (Read(context.Request.Headers) is not { } asked)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.Response.OnStarting(SayGuest, context.Response);
        var outcome = new InvocationOutcome(InvocationStatus.Draining);
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            outcome = new InvocationOutcome(InvocationStatus.Stale);
            if (await FindAsync(asked, context.RequestAborted) is { } found && TargetOf(asked, found) is { } target)
            {
                Restore(context, asked);
                outcome = await invoker.InvokeAsync(context, target);
            }
        }

        if (outcome.Status == InvocationStatus.Guest)
        {
            return;
        }

        if (outcome.HeadSent || context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.Headers[InvocationHeaders.Outcome] = OutcomeHeader.Format(outcome);
    }

    private static Asked? Read(IHeaderDictionary headers)
    {
        var target = headers[InvocationHeaders.Target].ToString();
        return target is ['/', ..]
            && int.TryParse(headers[InvocationHeaders.Version], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && long.TryParse(headers[InvocationHeaders.Revision], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            && TryReadElapsed(headers[InvocationHeaders.Elapsed].ToString(), out var elapsed)
                ? new Asked(
                    new AppKey(headers[InvocationHeaders.Tenant].ToString(), headers[InvocationHeaders.App].ToString()),
                    version,
                    headers[InvocationHeaders.Component].ToString(),
                    headers[InvocationHeaders.Route].ToString(),
                    revision,
                    elapsed,
                    headers[InvocationHeaders.RequestId].ToString(),
                    target,
                    headers[InvocationHeaders.Host].ToString(),
                    headers[InvocationHeaders.Scheme].ToString(),
                    headers[InvocationHeaders.Protocol].ToString(),
                    headers[InvocationHeaders.Client].ToString())
                : null;
    }

    private static bool TryReadElapsed(string value, out TimeSpan elapsed)
    {
        var isNumber = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds);
        elapsed = TimeSpan.FromMilliseconds(milliseconds);
        return isNumber || value.Length == 0;
    }

    private async ValueTask<AppSnapshot?> FindAsync(Asked asked, CancellationToken cancellationToken)
    {
        await snapshots.WaitForRevisionAsync(asked.Revision, Patience, time, cancellationToken);
        return snapshots.Current.Apps.GetValueOrDefault(asked.App);
    }

    private InvocationTarget? TargetOf(Asked asked, AppSnapshot app)
    {
        var pathLength = asked.Target.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? query : asked.Target.Length;
        if (!app.Versions.TryGetValue(asked.Version, out var version)
            || !routes.Of(version).TryFind(asked.Target.AsSpan(0, pathLength), out var match)
            || match.Route.Document.Component != asked.Component
            || match.Route.Document.Pattern != asked.Route)
        {
            return null;
        }

        var pathInfo = SpinHeaders.PathInfo(match, asked.Target, pathLength);
        return new InvocationTarget
        {
            Tenant = app.Tenant,
            App = app.App,
            AppId = app.Id,
            Version = asked.Version,
            Revision = asked.Revision,
            Component = asked.Component,
            RequestId = asked.RequestId,
            Elapsed = asked.Elapsed,
            Route = asked.Route,
            PathInfo = pathInfo,
            SpinHeaders = SpinHeaders.Compute(match, pathInfo, asked.Scheme, asked.Host, asked.Target, pathLength, asked.Client),
        };
    }

    // The request as the gateway got it.
    private static void Restore(HttpContext context, Asked asked)
    {
        var request = context.Request;
        foreach (var name in request.Headers.Keys.Where(static name => name.StartsWith(InvocationHeaders.Prefix, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            request.Headers.Remove(name);
        }

        request.Scheme = asked.Scheme;
        request.Protocol = asked.Protocol;
        request.Host = new HostString(asked.Host);
        var query = asked.Target.IndexOf('?', StringComparison.Ordinal);
        request.Path = PathString.FromUriComponent(query < 0 ? asked.Target : asked.Target[..query]);
        request.QueryString = query < 0 ? QueryString.Empty : new QueryString(asked.Target[query..]);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = asked.Target;
        context.TraceIdentifier = asked.RequestId;
        if (IPEndPoint.TryParse(asked.Client, out var client))
        {
            context.Connection.RemoteIpAddress = client.Address;
            context.Connection.RemotePort = client.Port;
        }
    }

    private sealed record Asked(
        AppKey App, int Version, string Component, string Route, long Revision, TimeSpan Elapsed, string RequestId, string Target, string Host, string Scheme, string Protocol, string Client);
}
