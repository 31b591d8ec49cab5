using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Contracts.Routing;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.AppCalls;

/// <summary>
/// Takes a component's request to <c>http://COMPONENT.spin.internal</c> to that component of the same version, and one to <c>http://self</c> along the version's
/// routes, in this process: a request of its own, with limits, a sandbox and a log of its own, streamed both ways.
/// </summary>
internal sealed class AppCallHandler(ISnapshotSource snapshots)
{
    /// <summary>The host that is the app itself.</summary>
    public const string Self = "self";

    /// <summary>What the names of an app's components end with.</summary>
    public const string Domain = ".spin.internal";

    /// <summary>Calls that may lead to one another: components that call each other for ever end here.</summary>
    public const int MaxDepth = 8;

    // As by the route /..., whatever routes the component has.
    private const string EveryPath = "/...";

    private readonly RouteTables _routes = new();
    private Func<HttpContext, InvocationTarget, ValueTask<InvocationOutcome>> _invoke = static (_, _) => throw new InvalidOperationException("not connected");

    /// <summary>Names what runs the requests: made after this, since its invocations send through this.</summary>
    public void Connect(Func<HttpContext, InvocationTarget, ValueTask<InvocationOutcome>> invoke) => _invoke = invoke;

    /// <summary>Whether a host is the app or one of its components.</summary>
    public static bool IsOf(string host) => host == Self || (host.Length > Domain.Length && host.EndsWith(Domain, StringComparison.OrdinalIgnoreCase));

    /// <summary>Sends; the task ends with the response head.</summary>
    /// <param name="caller">In whose name.</param>
    /// <param name="message">The request, to a host that <see cref="IsOf"/> the app. The case of a component's name doesn't matter, as that of a host doesn't.</param>
    /// <param name="activity">The caller's span; null for none.</param>
    /// <param name="head">Cancelled when the head takes too long.</param>
    /// <param name="cancellationToken">Cancelled when the caller has ended.</param>
    /// <exception cref="OutboundException">It failed for a reason that the caller is told.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        AppCaller caller, HttpRequestMessage message, Activity? activity, CancellationToken head, CancellationToken cancellationToken)
    {
        if (caller.Depth >= MaxDepth)
        {
            throw new OutboundException(HttpErrorCode.LoopDetected);
        }

        var raw = message.RequestUri!.PathAndQuery;
        var length = raw.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? query : raw.Length;
        if (!RoutesOf(caller, message.RequestUri.Host).TryFind(raw.AsSpan(0, length), out var match))
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        }

        if (match.Route.Document.StaticResponse is { } answer)
        {
            return Answer(answer, message.Method);
        }

        var target = Target(caller, match, message.RequestUri, raw, length);
        var exchange = new AppCallExchange(message, cancellationToken);
        _ = Task.Run(() => RunAsync(exchange, target, activity), CancellationToken.None);
        try
        {
            return await exchange.Response.WaitAsync(head);
        }
        catch (OperationCanceledException)
        {
            exchange.Abort();
            throw;
        }
    }

    private async Task RunAsync(AppCallExchange exchange, InvocationTarget target, Activity? activity)
    {
        Activity.Current = activity;
        try
        {
            var sending = exchange.SendBodyAsync();
            var outcome = await _invoke(exchange.Context, target);
            await exchange.EndAsync(outcome.Status == InvocationStatus.Guest ? null : FailureOf(outcome.Status));
            await sending;
        }
        catch (Exception failure)
        {
            // Whatever it is, the caller waits for an end.
            await exchange.EndAsync(new OutboundException(HttpErrorCode.InternalError, failure));
        }
    }

    private RouteTable RoutesOf(AppCaller caller, string host)
    {
        if (host != Self)
        {
            return new RouteTable([new RouteDocument(EveryPath, host[..^Domain.Length])]);
        }

        return snapshots.Current.Apps.TryGetValue(new AppKey(caller.Tenant, caller.App), out var app) && app.Versions.TryGetValue(caller.Version, out var version)
            ? _routes.Of(version)
            : throw new OutboundException(HttpErrorCode.DestinationNotFound);
    }

    private static HttpResponseMessage Answer(StaticResponseDocument document, HttpMethod method)
    {
        var body = method == HttpMethod.Head || document.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified ? "" : document.Body ?? "";
        var response = new HttpResponseMessage((HttpStatusCode)document.StatusCode) { Content = new StringContent(body) };
        response.Content.Headers.ContentType = null;
        foreach (var (name, value) in document.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    private static InvocationTarget Target(AppCaller caller, RouteMatch match, Uri uri, string raw, int length)
    {
        var info = SpinHeaders.PathInfo(match, raw, length);
        return new InvocationTarget
        {
            Tenant = caller.Tenant,
            App = caller.App,
            Version = caller.Version,
            Component = match.Route.Document.Component,
            RequestId = caller.RequestId,
            Route = match.Route.Document.Pattern,
            PathInfo = info,
            SpinHeaders = SpinHeaders.Compute(match, info, uri.Scheme, uri.Authority, raw, length, ""),
            Depth = caller.Depth + 1,
        };
    }

    // What a client would be answered, as far as a component can tell it.
    private static OutboundException FailureOf(InvocationStatus status) => new(status switch
    {
        InvocationStatus.Stale => HttpErrorCode.DestinationNotFound,
        InvocationStatus.TenantConcurrency or InvocationStatus.FuelQuota or InvocationStatus.Capacity => HttpErrorCode.DestinationUnavailable,
        InvocationStatus.BodyTooLarge => HttpErrorCode.HttpRequestBodySize,
        InvocationStatus.Fuel or InvocationStatus.Wall => HttpErrorCode.HttpResponseTimeout,
        InvocationStatus.BadResponse => HttpErrorCode.HttpProtocolError,
        _ => HttpErrorCode.HttpResponseIncomplete,
    });
}
