using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Http;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Logs;

namespace Platform.Worker.Invocation;

/// <summary>
/// The asynchronous side of a response: writes to the client what the guest has written so far, or, when the guest has ended before anything went out, head and
/// body in one go with the length. Part of a pooled <see cref="Invocation"/>.
/// </summary>
internal sealed class ResponseSender(InvocationResponse response, RequestLog log)
{
    private const int KeptSize = 16 << 10;
    private const int MaxCookieLines = 4;

    private byte[] _buffer = [];
    private long? _declaredLength;
    private bool _isChunked;
    private int _droppedCookies;

    /// <summary>Whether the head went out: from then on a failure can only abort.</summary>
    public bool HeadSent { get; private set; }

    /// <summary>Whether the response goes to a client: then it sets no cookie beyond its own host. Between components of an app it is nobody's.</summary>
    public bool IsToClient { get; set; }

    /// <summary>Sends what the guest wants sent, the guest still running.</summary>
    public async ValueTask<SendResult> SendPendingAsync(HttpContext http, bool announceReceipt)
    {
        while (response.TryTake(all: false, ref _buffer, out var count))
        {
            if (!HeadSent)
            {
                if (!TryApplyHead(http))
                {
                    return SendResult.BadResponse;
                }

                if (announceReceipt)
                {
                    AnnounceReceipt(http);
                }
            }

            HeadSent = true;
            if (await WriteAsync(http, count) is var sent and not SendResult.Sent)
            {
                return sent;
            }
        }

        return SendResult.Sent;
    }

    /// <summary>The guest completed: sends the rest, with trailers and the receipt if there is one.</summary>
    public async ValueTask<SendResult> SendRestAsync(HttpContext http, string? receipt)
    {
        if (!HeadSent)
        {
            if (!TryApplyHead(http) || !LengthMatches())
            {
                return SendResult.BadResponse;
            }

            if (receipt is not null)
            {
                http.Response.Headers[Receipt.FieldName] = receipt;
            }

            if (!response.DiscardsBody || (response.IsHead && response.BodyBytes > 0))
            {
                http.Response.ContentLength = response.BodyBytes;
            }
        }
        else if (!LengthMatches())
        {
            return SendResult.BadResponse;
        }

        if (response.TryTake(all: true, ref _buffer, out var count) && await WriteAsync(http, count) is var sent and not SendResult.Sent)
        {
            return sent;
        }

        return await SendTrailersAsync(http, HeadSent ? receipt : null);
    }

    public void Reset()
    {
        HeadSent = false;
        _isChunked = false;
        _droppedCookies = 0;
        _declaredLength = null;
        if (_buffer.Length > KeptSize)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private async ValueTask<SendResult> WriteAsync(HttpContext http, int count)
    {
        if (_declaredLength is { } declared && response.BodyBytes > declared && !response.DiscardsBody)
        {
            return SendResult.BadResponse;
        }

        return await FlushAsync(http, count);
    }

    private async ValueTask<SendResult> FlushAsync(HttpContext http, int count)
    {
        try
        {
            if (_isChunked)
            {
                ChunkedCoding.Write(http.Response.BodyWriter, _buffer.AsSpan(0, count));
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }
            else if (count > 0)
            {
                await http.Response.Body.WriteAsync(_buffer.AsMemory(0, count), http.RequestAborted);
            }
            else if (HeadSent)
            {
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }

            return SendResult.Sent;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            response.Abandon();
            return SendResult.ClientGone;
        }
    }

    private void AnnounceReceipt(HttpContext http)
    {
        if (http.Response.SupportsTrailers())
        {
            http.Response.DeclareTrailer(Receipt.FieldName);
        }
        else if (_declaredLength is null && !response.DiscardsBody && ChunkedBody.IsNeeded(http))
        {
            ChunkedBody.Announce(http, Receipt.FieldName);
            _isChunked = true;
        }
    }

    private bool TryApplyHead(HttpContext http)
    {
        if (response.Status is < 200 or > 999)
        {
            return false;
        }

        http.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
        {
            if (string.Equals(name, "content-length", StringComparison.Ordinal))
            {
                if (_declaredLength is not null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                {
                    return false;
                }

                _declaredLength = length;
            }
            else if (!FieldNames.IsKeptFromClient(name) && !(IsToClient && IsForbiddenCookie(http, name, value)))
            {
                http.Response.Headers.Append(name, value);
            }
        }

        // RFC 9110 section 8.6: none with 204.
        if (_declaredLength is not null && response.Status != StatusCodes.Status204NoContent)
        {
            http.Response.ContentLength = _declaredLength;
        }

        return true;
    }

    private bool IsForbiddenCookie(HttpContext http, string name, string value)
    {
        if (!string.Equals(name, GuestCookies.FieldName, StringComparison.OrdinalIgnoreCase) || GuestCookies.Refusal(value, http.Request.Host.Host) is not { } reason)
        {
            return false;
        }

        // Without its value, which may be a session of the app's; a few of thousands say what is wrong.
        if (_droppedCookies++ < MaxCookieLines)
        {
            log.WritePlatform($"a Set-Cookie was dropped: {reason}");
        }

        return true;
    }

    private bool LengthMatches() => response.DiscardsBody || _declaredLength is not { } declared || declared == response.BodyBytes;

    private ValueTask<SendResult> SendTrailersAsync(HttpContext http, string? receipt)
    {
        IEnumerable<HeaderField> trailers = response.Trailers.Where(static trailer => !FieldNames.IsKeptFromClient(trailer.Name));
        if (receipt is not null)
        {
            trailers = trailers.Append(new HeaderField(Receipt.FieldName, receipt));
        }

        if (_isChunked)
        {
            ChunkedCoding.WriteEnd(http.Response.BodyWriter, trailers.Select(static trailer => KeyValuePair.Create(trailer.Name, trailer.Value)));
            return FlushAsync(http, count: 0);
        }

        if ((response.Trailers.Count > 0 || receipt is not null) && http.Response.SupportsTrailers())
        {
            foreach (var (name, value) in trailers)
            {
                http.Response.AppendTrailer(name, value);
            }
        }

        return ValueTask.FromResult(SendResult.Sent);
    }
}
