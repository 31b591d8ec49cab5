using System.Diagnostics;
using System.Net;
using Platform.Runtime.Sandboxes;
using Platform.Worker.AppCalls;
using Platform.Worker.Logs;
using Platform.Worker.Requests;

namespace Platform.Worker.Outbound;

/// <summary>
/// What one guest request may send: only to the hosts of its component's manifest, so many requests in all, and so many at once until their response heads. Pooled
/// with its invocation; used by the guest thread only.
/// </summary>
internal sealed class RequestOutbound(OutboundClients clients, AppCallHandler calls, RequestLog log, HostCalls hostCalls) : IOutboundHttp
{
    /// <summary>Requests when the manifest sets none (design section 6; Cloudflare's too).</summary>
    internal const int DefaultRequests = 50;

    /// <summary>Refusals that the log tells of: a guest may be refused as often as it likes, and these lines aren't counted against its log.</summary>
    private const int LoggedRefusals = 10;

    /// <summary>Requests at once that wait for their response head (Cloudflare's).</summary>
    private const int AtOnce = 6;

    private static readonly TimeSpan DefaultFirstByte = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultBetweenBytes = TimeSpan.FromSeconds(30);

    private AppCaller _caller;
    private AllowedHosts _hosts = null!;
    private Activity? _activity;
    private long _allowed;
    private long _left;
    private OutboundBytes? _bytes;
    private int _logged;
    private SemaphoreSlim? _places;

    /// <summary>Requests and connections that were counted.</summary>
    public long Requests => _allowed - _left;

    /// <summary>Bytes of bodies to and from servers beyond the app; null when nothing was sent there.</summary>
    public OutboundBytes? Bytes => _bytes;

    /// <summary>Begins a request of a tenant's component.</summary>
    public void Begin(AppCaller caller, AllowedHosts hosts, long requests, Activity? activity)
    {
        _caller = caller;
        _hosts = hosts;
        _allowed = requests;
        _left = requests;
        _bytes = null;
        _logged = 0;
        _activity = activity;
        _places = null;
    }

    public HttpErrorCode? Refuse(OutboundRequest request)
    {
        if (request.Scheme is not ("http" or "https"))
        {
            return HttpErrorCode.HttpProtocolError;
        }

        if (ParseUri(request) is not { } uri)
        {
            return HttpErrorCode.HttpRequestUriInvalid;
        }

        var isPermitted = uri.Host == AppCallHandler.Self
            ? Permits("http", uri.Host, null, 80)
            : Permits(uri.Scheme, uri.IdnHost, uri.IsDefaultPort ? null : uri.Port, uri.Port);
        return !isPermitted ? HttpErrorCode.HttpRequestDenied
            : !TryCount() ? HttpErrorCode.ConnectionLimitReached
            : null;
    }

    /// <summary>Whether the manifest allows a server; if not, the log says what to add.</summary>
    /// <param name="scheme">The protocol, as a URL has it.</param>
    /// <param name="host">A name, or an address with or without brackets.</param>
    /// <param name="written">The port, if it has to be written.</param>
    /// <param name="port">The port.</param>
    public bool Permits(string scheme, string host, int? written, int port)
    {
        if (_hosts.Allows(scheme, host.Trim('[', ']').ToLowerInvariant(), port))
        {
            return true;
        }

        var wanted = written is null ? $"{scheme}://{host}" : $"{scheme}://{host}:{written}";
        Log($"an outgoing request to {wanted} was denied; to allow it, add \"{wanted}\" to allowed_outbound_hosts of the component");
        return false;
    }

    /// <summary>Counts a request or connection; false when there may be no more.</summary>
    public bool TryCount()
    {
        if (_left == 0)
        {
            Log("an outgoing request was refused: it would be more than outbound-requests of the component allows a request");
            return false;
        }

        _left--;
        return true;
    }

    public Task<OutboundResponse> SendAsync(OutboundRequest request, CancellationToken cancellationToken)
    {
        var (caller, activity, places) = (_caller, _activity, _places ??= new SemaphoreSlim(AtOnce));
        var uri = ParseUri(request);
        var bytes = uri is not null && AppCallHandler.IsOf(uri.Host) ? null : _bytes ??= new OutboundBytes();

        var call = hostCalls.BeginHttp(request.Method, uri);

        // Off the guest thread, which holds a run permit.
        return Task.Run(() => SendAsync(caller, CreateMessage(request, uri, bytes, activity), request, bytes, activity, places, call, cancellationToken), CancellationToken.None);
    }

    private void Log(string refusal)
    {
        if (_logged < LoggedRefusals)
        {
            _logged++;
            log.WritePlatform(refusal);
        }
    }

    private async Task<OutboundResponse> SendAsync(
        AppCaller caller, HttpRequestMessage message, OutboundRequest request, OutboundBytes? bytes, Activity? activity, SemaphoreSlim places, HostCallNumber call, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                using var firstByte = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                firstByte.CancelAfter(request.FirstByteTimeout ?? DefaultFirstByte);
                try
                {
                    response = AppCallHandler.IsOf(message.RequestUri!.Host)
                        ? await calls.SendAsync(caller, message, activity, firstByte.Token, cancellationToken)
                        : await clients.SendAsync(caller.Tenant, message, firstByte.Token);
                }
                catch (OperationCanceledException) when (firstByte.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    throw new OutboundException(HttpErrorCode.HttpResponseTimeout);
                }
            }
            finally
            {
                places.Release();
            }

            hostCalls.EndHttp(call, (int)response.StatusCode);
            return await ClientResponse.OpenAsync(message, response, request.BetweenBytesTimeout ?? DefaultBetweenBytes, bytes, cancellationToken);
        }
        catch (Exception failure)
        {
            hostCalls.EndHttp(call, (int?)response?.StatusCode ?? 0);
            response?.Dispose();
            message.Dispose();
            if (failure is HttpRequestException or IOException or OperationCanceledException)
            {
                throw OutboundErrors.OfRequest(failure);
            }

            throw;
        }
    }

    private static Uri? ParseUri(OutboundRequest request)
    {
        var path = request.PathWithQuery.StartsWith('/') ? request.PathWithQuery : "/" + request.PathWithQuery;

        // Without an authority a request is to the app itself; `self.alt` is what Spin's libraries write, since WASI wants one.
        var authority = request.Authority is "" or "self.alt" ? AppCallHandler.Self : request.Authority;
        return Uri.TryCreate($"{request.Scheme}://{authority}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var uri)
            && uri.UserInfo.Length == 0 && uri.Host.Length > 0
            ? uri
            : null;
    }

    private static HttpRequestMessage CreateMessage(OutboundRequest request, Uri? uri, OutboundBytes? bytes, Activity? activity)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), uri)
        {
            Version = request.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (request.Body is { } body)
        {
            message.Content = new PipeContent(body, request.BodyLength, bytes);
        }

        var isTraced = false;
        foreach (var (name, value) in request.Headers)
        {
            isTraced |= name == "traceparent";
            if (name == "content-length" || name.StartsWith("platform-", StringComparison.Ordinal) || message.Headers.TryAddWithoutValidation(name, value))
            {
                continue;
            }

            // A field of the content, on a request that has none.
            message.Content ??= new ByteArrayContent([]);
            message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (activity is not null && !isTraced)
        {
            DistributedContextPropagator.Current.Inject(
                activity, message, static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
        }

        if (request.ConnectTimeout is { } connect)
        {
            message.Options.Set(OutboundConnector.ConnectTimeout, connect);
        }

        return message;
    }
}
