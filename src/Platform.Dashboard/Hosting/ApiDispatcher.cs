using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Dashboard.Hosting;

/// <summary>
/// Calls the REST API of this process, through everything that a call from outside goes through from routing on: authentication, limits, roles, audit. No connection is made, so that there is no address, certificate or
/// redirection to get right, and what the API knows of the client is true. Answers are kept whole: what has no end goes from the browser to the API itself. Thread-safe.
/// </summary>
internal sealed class ApiDispatcher(IHttpContextFactory contexts)
{
    private RequestDelegate? _pipeline;

    /// <summary>Takes the pipeline that follows.</summary>
    public RequestDelegate Take(RequestDelegate next) => _pipeline = next;

    /// <summary>Makes a call in a visitor's name.</summary>
    public Task<ApiAnswer> SendAsync(Visitor visitor, ApiCall call, CancellationToken cancellationToken)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("UseDashboardApi isn't in the pipeline.");

        // On no circuit's own thread, and in a flow of its own: the call's HttpContext must not become that of the request around it.
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => RunAsync(pipeline, visitor, call, cancellationToken), cancellationToken);
        }
    }

    private async Task<ApiAnswer> RunAsync(RequestDelegate pipeline, Visitor visitor, ApiCall call, CancellationToken cancellationToken)
    {
        var response = new DispatchedResponse();
        using var content = new MemoryStream();
        var context = contexts.Create(FeaturesOf(visitor, call, response, content, cancellationToken));
        try
        {
            await pipeline(context);
            await response.StartAsync();
            await context.Response.CompleteAsync();
            return new ApiAnswer(response.StatusCode, response.Headers, content.ToArray());
        }
        finally
        {
            contexts.Dispose(context);
            await response.CompleteAsync();
        }
    }

    private static FeatureCollection FeaturesOf(Visitor visitor, ApiCall call, DispatchedResponse response, Stream content, CancellationToken cancellationToken)
    {
        var split = call.Path.IndexOf('?', StringComparison.Ordinal);
        var request = new HttpRequestFeature
        {
            Protocol = HttpProtocol.Http2,
            Method = call.Method.Method,
            Scheme = visitor.Scheme,
            Path = PathOf(split < 0 ? call.Path : call.Path[..split]),
            QueryString = split < 0 ? "" : call.Path[split..],
            RawTarget = call.Path,
            Body = new MemoryStream(call.Body, writable: false),
        };
        request.Headers.Host = visitor.Host;
        request.Headers.Cookie = call.Antiforgery is { } antiforgery ? $"{visitor.Cookie}; {antiforgery.Cookie}" : visitor.Cookie;
        request.Headers.Origin = $"{visitor.Scheme}://{visitor.Host}";
        request.Headers.Accept = "application/json";
        if (call.Antiforgery is { } sent)
        {
            request.Headers[sent.HeaderName] = sent.Token;
        }

        if (call.IfMatch is { } etag)
        {
            request.Headers.IfMatch = etag;
        }

        if (call.Body.Length > 0)
        {
            request.Headers.ContentType = call.ContentType;
            request.Headers.ContentLength = call.Body.Length;
        }

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(call.Body.Length > 0));
        features.Set<IHttpMaxRequestBodySizeFeature>(new BodySize());
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(content));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = cancellationToken });
        features.Set<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = Guid.CreateVersion7().ToString("N") });
        features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = visitor.Address, RemotePort = visitor.Port });
        return features;
    }

    // As the server does it: an escaped slash is part of a name, never the border between two.
    private static string PathOf(string path) => Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase));

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    // What a circuit sends is bounded by its messages.
    private sealed class BodySize : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }
}
