using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Forwarding;

/// <summary>
/// The proof by HTTP that a custom domain is its claimant's, answered by the gateway once the name points here. By any scheme: who checks follows no redirect, and there may be no certificate yet.
/// </summary>
internal static class DomainChallenge
{
    /// <summary>Whether that is what the request is for.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        request.Path.Value == DomainSnapshot.ChallengePath && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    /// <summary>Answers it.</summary>
    public static Task AnswerAsync(HttpContext context, DomainSnapshot domain)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (domain.Challenge is not { } token)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        response.ContentType = "text/plain";
        response.ContentLength = token.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Encoding.ASCII.GetBytes(token), context.RequestAborted).AsTask();
    }
}
