using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Platform.Contracts.Invocation;
using Platform.Gateway.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace Platform.Gateway.Workers;

/// <summary>
/// Has workers of other processes run requests. A request goes to another worker when the first couldn't be connected to, said that it didn't begin, or doesn't know the version; when it was lost while it ran the request, only if that is
/// idempotent (RFC 9110 section 9.2.2), what was read of its body is still held, nothing of the response has gone out, and the <see cref="RetryBudget"/> allows it; once only, since it may be what the worker was lost by.
/// </summary>
internal sealed class WorkerForwarder(IHttpForwarder forwarder, WorkerTable table, WorkerConnections connections, RetryBudget budget, GatewayMetrics metrics) : IAppInvoker
{
    /// <summary>Workers that are tried for one request.</summary>
    private const int Attempts = 3;

    private const int RetryAfterSeconds = 1;

    // The worker ends a guest that is past its time; this only frees what a lost one would hold.
    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromHours(1),
    };

    public async ValueTask<InvocationOutcome> InvokeAsync(HttpContext context, InvocationTarget target)
    {
        budget.Request();
        if (context.Request.Body is ReplayableBody { CanReplay: false })
        {
            // The first try read more of it than was kept.
            return new InvocationOutcome(InvocationStatus.Stale);
        }

        var body = BodyOf(context);
        var headers = context.Response.Headers.ToArray();
        var tried = new List<WorkerState>(0);
        var losses = 0;
        var elapsed = TimeSpan.Zero;
        var last = new InvocationOutcome(InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
        while (true)
        {
            if (table.Ring.Choose(target.AppId, tried) is not { } worker)
            {
                return last;
            }

            worker.Begin();
            var started = Stopwatch.GetTimestamp();
            Attempt attempt;
            try
            {
                attempt = await SendAsync(context, worker, new InvocationTransformer(target, elapsed));
            }
            finally
            {
                worker.End();
            }

            tried.Add(worker);
            last = attempt.Outcome;
            if (attempt is { Again: Again.Budgeted, Outcome.Status: InvocationStatus.WorkerLost })
            {
                // Only there the guest may have run.
                losses++;
                elapsed += Stopwatch.GetElapsedTime(started);
            }

            if (attempt.Again == Again.No || losses > 1 || tried.Count >= Attempts || body is { CanReplay: false } || context.RequestAborted.IsCancellationRequested
                || (attempt.Again == Again.Budgeted && !budget.TryTake()))
            {
                return attempt.Outcome;
            }

            metrics.Retried(attempt.Outcome.Status);
            body?.Restart();
            Restore(context.Response, headers);
        }
    }

    private async ValueTask<Attempt> SendAsync(HttpContext context, WorkerState worker, InvocationTransformer transformer)
    {
        var error = await forwarder.SendAsync(context, worker.Prefix, connections.Invoker, Config, transformer);
        if ((error == ForwarderError.None || transformer.IsWhole) && transformer.Outcome is { } outcome)
        {
            context.Features.Set<IForwarderErrorFeature>(null);
            return Conclude(worker, outcome, context.Request.Method);
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        context.Features.Set<IForwarderErrorFeature>(null);
        if (context.RequestAborted.IsCancellationRequested)
        {
            return new Attempt(new InvocationOutcome(InvocationStatus.ClientGone, context.Response.HasStarted));
        }

        if (error == ForwarderError.RequestBodyClient)
        {
            // What was wrong is the client's, whatever the worker made of a body that broke off.
            return new Attempt(new InvocationOutcome(InvocationStatus.Trap, context.Response.HasStarted, ClientFault: StatusOf(exception)));
        }

        var lost = new InvocationOutcome(InvocationStatus.WorkerLost, context.Response.HasStarted);
        if (IsUnreached(exception))
        {
            table.Unreachable(worker);
            return new Attempt(lost, Again.Yes);
        }

        // The worker breaks a response off when its guest fails after the head: that is the guest's end, and no other worker's beginning.
        if (transformer.Outcome is { Status: InvocationStatus.Guest } && IsReset(exception))
        {
            worker.Answered();
            return new Attempt(lost with { HeadSent = true });
        }

        table.Failed(worker);
        return new Attempt(lost, !lost.HeadSent && IsIdempotent(context.Request.Method) ? Again.Budgeted : Again.No);
    }

    private static Attempt Conclude(WorkerState worker, InvocationOutcome outcome, string method)
    {
        worker.Answered();
        switch (outcome.Status)
        {
            case InvocationStatus.Draining:
                worker.Drains();
                return new Attempt(outcome, Again.Yes);
            case InvocationStatus.Stale:
                // It is cut off from the control planes, or this gateway is, which then all say.
                return new Attempt(outcome, Again.Yes);
            case InvocationStatus.Capacity:
                return new Attempt(outcome, Again.Budgeted);
            case InvocationStatus.WorkerLost:
                return new Attempt(outcome, IsIdempotent(method) ? Again.Budgeted : Again.No);
            default:
                return new Attempt(outcome);
        }
    }

    // The gateway's second try after a stale first has the same body.
    private static ReplayableBody? BodyOf(HttpContext context)
    {
        if (context.Request.Body is ReplayableBody known)
        {
            known.Restart();
            return known;
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return null;
        }

        // The worker holds the body to the app's limit; the server's counts the framing.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var body = new ReplayableBody(context.Request.Body);
        context.Request.Body = body;
        return body;
    }

    private static void Restore(HttpResponse response, KeyValuePair<string, StringValues>[] headers)
    {
        response.Clear();
        foreach (var (name, value) in headers)
        {
            response.Headers[name] = value;
        }
    }

    private static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    /// <summary>Whether no connection was made.</summary>
    public static bool IsUnreached(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    /// <summary>Whether the worker broke this request off, and is there.</summary>
    public static bool IsReset(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is HttpProtocolException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The status for what was wrong with a client's body. A chunk's size that is no number at all isn't a bad request to the server, only something that can't be read.</summary>
    public static int StatusOf(Exception? bodyFailure) => FindBadRequest(bodyFailure)?.StatusCode ?? StatusCodes.Status400BadRequest;

    private static BadHttpRequestException? FindBadRequest(Exception? exception) => exception switch
    {
        BadHttpRequestException bad => bad,
        AggregateException several => several.InnerExceptions.Select(FindBadRequest).FirstOrDefault(static found => found is not null),
        _ => exception?.InnerException is { } inner ? FindBadRequest(inner) : null,
    };

    private enum Again
    {
        No,
        Yes,
        Budgeted,
    }

    private readonly record struct Attempt(InvocationOutcome Outcome, Again Again = Again.No);
}
