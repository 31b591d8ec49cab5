using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Idempotency;

/// <summary>An answer as it is stored, encrypted, and sent again.</summary>
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

        return Of(response, buffer);
    }

    /// <summary>What a result would answer, without a trace in the request's own response: its transaction may yet be rolled back.</summary>
    public static async Task<StoredResponse> RenderAsync(IResult result, IServiceProvider services)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        await result.ExecuteAsync(context);
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return Of(context.Response, buffer);
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static StoredResponse Read(byte[] bytes) => JsonSerializer.Deserialize<StoredResponse>(bytes)!;

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

    private static StoredResponse Of(HttpResponse response, MemoryStream body) =>
        new(response.StatusCode, response.Headers.Location, response.ContentType, body.ToArray());
}
