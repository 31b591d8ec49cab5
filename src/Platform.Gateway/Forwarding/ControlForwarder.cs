using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Errors;
using Platform.Gateway.Telemetry;
using Platform.Gateway.Workers;
using Yarp.ReverseProxy.Forwarder;

namespace Platform.Gateway.Forwarding;

/// <summary>
/// Gives what is for the base domain to a control plane: the one that answered last, and where that can't be reached the next. Uploads and WebSockets pass as they are; a page's circuit goes to the one that has it
/// (<see cref="CircuitAffinity"/>).
/// </summary>
internal sealed class ControlForwarder(ControlPlanes planes, IHttpForwarder forwarder, WorkerConnections connections, ISnapshotSource snapshots, TimeProvider time, GatewayMetrics metrics)
{
    private static readonly ForwarderRequestConfig Config = new()
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromHours(1),
    };

    // Whoever deployed by this gateway finds the app on it.
    private static readonly TimeSpan CatchUpPatience = TimeSpan.FromSeconds(1);

    private int _preferred;

    public async Task ForwardAsync(HttpContext context)
    {
        var controls = planes.Current;
        var affine = CircuitAffinity.IndexFor(context.Request, controls);
        var first = affine ?? Volatile.Read(ref _preferred);
        for (var i = 0; i < controls.Count; i++)
        {
            var index = (first + i) % controls.Count;
            var transformer = new Transformer(snapshots, time);
            var error = await forwarder.SendAsync(context, controls[index].ToString(), connections.Invoker, Config, transformer);
            var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
            context.Features.Set<IForwarderErrorFeature>(null);
            if (error == ForwarderError.None || transformer.IsWhole)
            {
                if (affine is null)
                {
                    Volatile.Write(ref _preferred, index);
                }

                return;
            }

            if (!context.Response.HasStarted && error == ForwarderError.RequestBodyClient && !context.RequestAborted.IsCancellationRequested)
            {
                context.Response.Headers.Connection = "close";
                await AnswerAsync(context, GatewayProblem.BadRequest(WorkerForwarder.StatusOf(exception)));
                return;
            }

            if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                context.Abort();
                return;
            }

            // Nothing of the body has been read where no connection was made.
            if (!WorkerForwarder.IsUnreached(exception))
            {
                await AnswerAsync(context, GatewayProblem.ControlLost);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status200OK;
        }

        await AnswerAsync(context, GatewayProblem.NoControl);
    }

    private Task AnswerAsync(HttpContext context, GatewayProblem problem)
    {
        context.Response.Clear();
        metrics.Answered(problem.Type);
        return ErrorWriter.WriteAsync(context, problem, context.TraceIdentifier);
    }

    private sealed class Transformer(ISnapshotSource snapshots, TimeProvider time) : HttpTransformer
    {
        /// <summary>Whether the answer has been copied to its end, whatever becomes of a request body that the control plane didn't want.</summary>
        public bool IsWhole { get; private set; }

        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var request = httpContext.Request;
            proxyRequest.Headers.Host = null;
            foreach (var name in request.Headers.Keys.Where(static name => name.StartsWith(InvocationHeaders.Prefix, StringComparison.OrdinalIgnoreCase)))
            {
                proxyRequest.Headers.Remove(name);
            }

            Say(InvocationHeaders.Public, "1");
            Say(InvocationHeaders.Host, request.Headers.Host.ToString());
            Say(InvocationHeaders.Scheme, request.Scheme);
            Say(InvocationHeaders.Protocol, request.Protocol);
            Say(InvocationHeaders.Client, RequestTarget.ClientAddress(httpContext.Connection));
            Say(InvocationHeaders.RequestId, httpContext.TraceIdentifier);
            if (Activity.Current?.Id is { } span)
            {
                Say(InvocationHeaders.TraceParent, span);
            }

            void Say(string name, string value) => proxyRequest.Headers.TryAddWithoutValidation(name, value);
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (!await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken))
            {
                return false;
            }

            var headers = httpContext.Response.Headers;
            if (!HttpMethods.IsGet(httpContext.Request.Method) && long.TryParse(headers[InvocationHeaders.Revision], NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            {
                await snapshots.WaitForRevisionAsync(revision, CatchUpPatience, time, cancellationToken);
            }

            headers.Remove(InvocationHeaders.Revision);
            if (httpContext.Response.ContentLength is { } length)
            {
                SizedBody.Wrap(proxyResponse!, length);
            }

            return true;
        }

        public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
        {
            await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
            IsWhole = true;
        }
    }
}
