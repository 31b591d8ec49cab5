using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Platform.Gateway.Errors;

/// <summary>Writes problems as problem+json (RFC 9457), or as a small page for a client that prefers <c>text/html</c>.</summary>
internal static class ErrorWriter
{
    private static readonly MediaTypeHeaderValue Html = new("text/html");
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue ProblemJson = new("application/problem+json");

    public static Task WriteAsync(HttpContext context, GatewayProblem problem, string requestId)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (problem.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // What is left of a body that was refused is not worth reading.
        if (problem.Status == StatusCodes.Status413PayloadTooLarge && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        var html = PrefersHtml(context.Request);
        var body = html ? Page(problem, requestId) : Document(problem, requestId);
        response.ContentType = html ? "text/html; charset=utf-8" : "application/problem+json";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static bool PrefersHtml(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return false;
        }

        // At equal quality, as with */*, it is JSON.
        var accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, Html) > Math.Max(Quality(accepted, Json), Quality(accepted, ProblemJson));
    }

    // RFC 9110 section 12.5.1: the most specific range that takes the type in says its quality.
    private static double Quality(IList<MediaTypeHeaderValue> accepted, MediaTypeHeaderValue type)
    {
        MediaTypeHeaderValue? best = null;
        foreach (var range in accepted)
        {
            if (type.IsSubsetOf(range) && (best is null || Specificity(range) > Specificity(best)))
            {
                best = range;
            }
        }

        return best is null ? 0 : best.Quality ?? 1;
    }

    private static int Specificity(MediaTypeHeaderValue range) => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;

    private static byte[] Document(GatewayProblem problem, string requestId)
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", problem.TypeUri);
            writer.WriteString("title", problem.Title);
            writer.WriteNumber("status", problem.Status);
            writer.WriteString("detail", problem.Detail);
            writer.WriteString("platform-request-id", requestId);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] Page(GatewayProblem problem, string requestId) => Encoding.UTF8.GetBytes(
        $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>{WebUtility.HtmlEncode(problem.Title)}</title></head>
        <body><h1>{problem.Status} {WebUtility.HtmlEncode(problem.Title)}</h1>
        <p>{WebUtility.HtmlEncode(problem.Detail)}</p>
        <p><small>Request {requestId}</small></p></body></html>

        """);
}
