using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.AppCalls;

/// <summary>One call between components of an app: a client's request on one side, a server's on the other, pipes between them.</summary>
internal sealed class AppCallExchange : IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature, IHttpResponseTrailersFeature
{
    private readonly Lock _lock = new();
    private readonly HttpRequestMessage _message;
    private readonly CancellationTokenSource _aborted;
    private readonly TaskCompletionSource<HttpResponseMessage> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _requestBody = new();
    private readonly Pipe _responseBody = new();
    private readonly AppCallHead _head = new();
    private bool _hasEnded;

    public AppCallExchange(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        _message = message;
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        RequestAborted = _aborted.Token;
        CanHaveBody = message.Content is { Headers.ContentLength: not 0 };
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(RequestOf(message));
        features.Set<IHttpRequestBodyDetectionFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set<IHttpResponseFeature>(_head);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new AppCallBody(this, _responseBody.Writer)));
        features.Set<IHttpResponseTrailersFeature>(this);
        Context = new DefaultHttpContext(features);
    }

    /// <summary>The server's side.</summary>
    public HttpContext Context { get; }

    /// <summary>The client's: there once the head is.</summary>
    public Task<HttpResponseMessage> Response => _response.Task;

    /// <inheritdoc/>
    public bool CanHaveBody { get; }

    /// <inheritdoc/>
    public CancellationToken RequestAborted { get; set; }

    /// <inheritdoc/>
    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>Hands the client's body on until the server has ended.</summary>
    public async Task SendBodyAsync()
    {
        try
        {
            if (CanHaveBody)
            {
                await using var body = _requestBody.Writer.AsStream(leaveOpen: true);
                await _message.Content!.CopyToAsync(body, _aborted.Token);
            }

            await _requestBody.Writer.CompleteAsync();
        }
        catch (Exception failure)
        {
            await _requestBody.Writer.CompleteAsync(failure);
        }
    }

    /// <summary>The server begins its response: the client gets the head.</summary>
    public void Start()
    {
        if (_head.HasStarted)
        {
            return;
        }

        _head.Begin();
        var answer = new AppCallAnswer(this) { StatusCode = (HttpStatusCode)_head.StatusCode, Content = new StreamContent(_responseBody.Reader.AsStream()) };
        foreach (var (name, values) in _head.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        _response.TrySetResult(answer);
    }

    /// <summary>The server is done.</summary>
    /// <param name="failure">Why the response isn't whole; null when it is.</param>
    public async Task EndAsync(OutboundException? failure)
    {
        if (failure is null)
        {
            Start();
            var answer = await _response.Task;
            foreach (var (name, values) in Trailers)
            {
                answer.TrailingHeaders.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }
        else
        {
            _response.TrySetException(failure);
        }

        await _responseBody.Writer.CompleteAsync(failure);
        await _requestBody.Reader.CompleteAsync();
        await _aborted.CancelAsync();
        lock (_lock)
        {
            _hasEnded = true;
            _aborted.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Abort()
    {
        lock (_lock)
        {
            if (!_hasEnded)
            {
                _aborted.Cancel();
            }
        }
    }

    private HttpRequestFeature RequestOf(HttpRequestMessage message)
    {
        var uri = message.RequestUri!;
        var request = new HttpRequestFeature
        {
            Method = message.Method.Method,
            Protocol = HttpProtocol.Http11,
            Scheme = uri.Scheme,
            Path = Uri.UnescapeDataString(uri.AbsolutePath),
            QueryString = uri.Query,
            RawTarget = uri.PathAndQuery,
            Body = _requestBody.Reader.AsStream(),
        };
        foreach (var (name, values) in message.Headers.NonValidated)
        {
            request.Headers[name] = values.ToArray();
        }

        if (message.Content is { } content)
        {
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                request.Headers[name] = values.ToArray();
            }
        }

        request.Headers.Host = uri.Authority;
        return request;
    }
}
