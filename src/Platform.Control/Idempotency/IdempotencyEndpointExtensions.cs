using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Idempotency;

/// <summary>Adds <see cref="IdempotentRequests"/> to routes whose content is a JSON body.</summary>
internal static class IdempotencyEndpointExtensions
{
    private const string BodyNamespace = "Platform.Contracts.Api";

    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder builder) => builder.AddEndpointFilter(RunAsync).WithMetadata(IdempotencyMetadata.Instance);

    private static async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // The bound body, written again, is the content without the accidents of white space and order.
        var body = context.Arguments.FirstOrDefault(argument => argument?.GetType().Namespace == BodyNamespace);
        var http = context.HttpContext;
        return await http.RequestServices.GetRequiredService<IdempotentRequests>().RunAsync(
            http, Hash(http.Request, JsonSerializer.SerializeToUtf8Bytes(body)), async () => (IResult)(await next(context))!);
    }

    /// <summary>The hash of a request's method, path, query and content.</summary>
    public static byte[] Hash(HttpRequest request, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new[] { request.Method, request.Path.Value, request.QueryString.Value }));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }
}
