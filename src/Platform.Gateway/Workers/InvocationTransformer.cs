using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Gateway.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace Platform.Gateway.Workers;

/// <summary>One attempt to have a worker run a request: what is said beside the request, and what is heard beside the response.</summary>
internal sealed class InvocationTransformer(InvocationTarget target, TimeSpan elapsed) : HttpTransformer
{
    private ChunkedResponse? _chunked;

    /// <summary>What the worker said; null while it has said nothing.</summary>
    public InvocationOutcome? Outcome { get; private set; }

    /// <summary>Whether the response has been copied to its end, whatever becomes of a request body that the worker didn't want.</summary>
    public bool IsWhole { get; private set; }

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var request = httpContext.Request;
        proxyRequest.RequestUri = new Uri(new Uri(destinationPrefix), InvocationHeaders.Path);
        proxyRequest.Headers.Host = null;
        if (request.Headers.UpgradeInsecureRequests is { Count: > 0 } upgrade)
        {
            proxyRequest.Headers.TryAddWithoutValidation("upgrade-insecure-requests", upgrade.ToString());
        }

        Say(InvocationHeaders.Tenant, target.Tenant);
        Say(InvocationHeaders.App, target.App);
        Say(InvocationHeaders.Version, target.Version.ToString(CultureInfo.InvariantCulture));
        Say(InvocationHeaders.Component, target.Component);
        Say(InvocationHeaders.Route, target.Route);
        Say(InvocationHeaders.Revision, target.Revision.ToString(CultureInfo.InvariantCulture));
        Say(InvocationHeaders.RequestId, target.RequestId);
        Say(InvocationHeaders.Target, RequestTarget.Raw(httpContext));
        Say(InvocationHeaders.Host, request.Headers.Host.ToString());
        Say(InvocationHeaders.Scheme, request.Scheme);
        Say(InvocationHeaders.Protocol, request.Protocol);
        Say(InvocationHeaders.Client, RequestTarget.ClientAddress(httpContext.Connection));
        if (elapsed > TimeSpan.Zero)
        {
            Say(InvocationHeaders.Elapsed, ((long)elapsed.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        if (Activity.Current?.Id is { } span)
        {
            Say(InvocationHeaders.TraceParent, span);
        }

        void Say(string name, string value) => proxyRequest.Headers.TryAddWithoutValidation(name, value);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        // Without it what answers is no worker.
        Outcome = proxyResponse.Headers.NonValidated.TryGetValues(InvocationHeaders.Outcome, out var said)
            ? OutcomeHeader.Parse(said.ToString()) ?? new InvocationOutcome(InvocationStatus.WorkerLost)
            : new InvocationOutcome(InvocationStatus.WorkerLost);
        if (Outcome is not { Status: InvocationStatus.Guest })
        {
            return false;
        }

        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var response = httpContext.Response;
        response.Headers.Remove(InvocationHeaders.Outcome);
        if (!HasBody(httpContext.Request.Method, proxyResponse.StatusCode))
        {
            return true;
        }

        if (response.ContentLength is { } length)
        {
            SizedBody.Wrap(proxyResponse, length);
        }
        else
        {
            if (response.Headers.Trailer.Count > 0 && HttpProtocol.IsHttp11(httpContext.Request.Protocol) && !response.SupportsTrailers())
            {
                _chunked = ChunkedResponse.Begin(httpContext);
            }

            // The worker sends a length with what a guest wrote before it ended: this one still runs, and its head is for the client now.
            await response.StartAsync(cancellationToken);
        }

        return true;
    }

    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (_chunked is null)
        {
            await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        }
        else
        {
            await _chunked.EndAsync(proxyResponse.TrailingHeaders.NonValidated.SelectMany(static field => field.Value.Select(value => KeyValuePair.Create(field.Key, value))), cancellationToken);
        }

        IsWhole = true;
    }

    private static bool HasBody(string method, HttpStatusCode status) =>
        !HttpMethods.IsHead(method) && status is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified or HttpStatusCode.ResetContent);
}
