using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Idempotency;

/// <summary>
/// An answer as it is stored and sent again. It may hold a token that is shown once, so it is encrypted (AES-256-GCM) with a key that only
/// the caller's own token gives: the store alone can't read it.
/// </summary>
internal sealed record StoredResponse(int Status, string? Location, string? ContentType, byte[] Body) : IResult
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Runs a result with the response's body kept back.</summary>
    public static async Task<StoredResponse> CaptureAsync(HttpContext context, IResult result)
    {
        var response = context.Response;
        var body = response.Body;
        var aborted = context.RequestAborted;
        using var buffer = new MemoryStream();
        response.Body = buffer;

        // The effect is had: a client that has gone must not leave half an answer for the request's next try.
        context.RequestAborted = CancellationToken.None;
        try
        {
            await result.ExecuteAsync(context);
            await response.BodyWriter.FlushAsync(CancellationToken.None);
        }
        finally
        {
            response.Body = body;
            context.RequestAborted = aborted;
        }

        return new StoredResponse(response.StatusCode, response.Headers.Location, response.ContentType, buffer.ToArray());
    }

    public byte[] Encrypt(ReadOnlyMemory<byte> callerKey, string key)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(this);
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(callerKey.Span, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(^TagBytes), Encoding.UTF8.GetBytes(key));
        return sealedBytes;
    }

    public static StoredResponse Decrypt(byte[] sealedBytes, ReadOnlyMemory<byte> callerKey, string key)
    {
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(callerKey.Span, TagBytes);
        aes.Decrypt(
            sealedBytes.AsSpan(0, NonceBytes),
            sealedBytes.AsSpan(NonceBytes, plain.Length),
            sealedBytes.AsSpan(^TagBytes),
            plain,
            Encoding.UTF8.GetBytes(key));
        return JsonSerializer.Deserialize<StoredResponse>(plain)!;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        return response.Body.WriteAsync(Body, httpContext.RequestAborted).AsTask();
    }
}
