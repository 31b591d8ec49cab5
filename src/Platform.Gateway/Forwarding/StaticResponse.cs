using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Contracts.Versions;

namespace Platform.Gateway.Forwarding;

/// <summary>Answers what a route answers by itself.</summary>
internal static class StaticResponse
{
    /// <summary>Sends the response; the client's body is left to the server to drain.</summary>
    public static Task SendAsync(HttpContext context, StaticResponseDocument document)
    {
        var response = context.Response;
        response.StatusCode = document.StatusCode;
        foreach (var (name, value) in document.Headers)
        {
            if (!IsVersionCookie(name, value))
            {
                response.Headers[name] = value;
            }
        }

        var body = document.Body is { } text ? Encoding.UTF8.GetBytes(text) : [];

        // Neither has a body, and 204 no length (RFC 9110 section 8.6).
        if (document.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return Task.CompletedTask;
        }

        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static bool IsVersionCookie(string name, string value) => name.Equals("set-cookie", StringComparison.OrdinalIgnoreCase) && VersionCookie.IsSetBy(value);
}
