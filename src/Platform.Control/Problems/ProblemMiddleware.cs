using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Platform.Control.Deletion;
using Platform.Data;
using StackExchange.Redis;

namespace Platform.Control.Problems;

/// <summary>Turns what the framework answers without a body, and what is thrown, into problem details.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // The message of a JSON error names the path and what was unexpected there, never a value.
            var detail = e.InnerException is JsonException json ? $"The JSON is not what this path takes: {Describe(json)}" : e.Message;
            await WriteAsync(context, e.StatusCode, detail);
            return;
        }
        catch (QuotaExceededException e) when (!context.Response.HasStarted)
        {
            await Problem.QuotaExceeded(e).ExecuteAsync(context);
            return;
        }
        catch (AppDeletedException e) when (!context.Response.HasStarted)
        {
            await Problem.AppDeleted(e.App).ExecuteAsync(context);
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(OperationOf(context), e);
            context.Response.Clear();
            var problem = e switch
            {
                DbException { IsTransient: true } => Problem.StoreUnavailable,
                RedisException or RedisTimeoutException => Problem.RedisUnavailable,
                _ => Problem.Internal,
            };
            if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = "5";
            }

            await problem.ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
        {
            await WriteAsync(context, response.StatusCode, null);
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string? detail) => Problem.FromStatus(status, detail).ExecuteAsync(context);

    private static string Describe(JsonException e) =>
        e.Path is null ? "it is not valid JSON." : $"at {e.Path}: {e.Message.Split(" Path: ", 2)[0]}";

    // Not the path: that is a client's text.
    private static string OperationOf(HttpContext context) =>
        context.GetEndpoint() is { } endpoint ? endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? endpoint.DisplayName ?? "An endpoint" : "A request";

    [LoggerMessage(3001, LogLevel.Error, "{Operation} failed")]
    private partial void LogFailed(string operation, Exception exception);
}
