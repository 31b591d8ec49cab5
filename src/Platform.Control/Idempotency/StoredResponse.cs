using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Idempotency;

/// <summary>An answer as it is stored, protected by the key ring, and sent again.</summary>
internal sealed record StoredResponse(int Status, string? Location, string? ContentType, byte[] Body) : IResult
{
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

    public byte[] Protect(IDataProtector protector) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(this));

    public static StoredResponse Unprotect(byte[] stored, IDataProtector protector) => JsonSerializer.Deserialize<StoredResponse>(protector.Unprotect(stored))!;

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
