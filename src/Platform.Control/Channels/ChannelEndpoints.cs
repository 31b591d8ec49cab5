using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Messages;
using Platform.Control.Access;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Redis;
using Platform.Redis.Messages;

namespace Platform.Control.Channels;

/// <summary><c>/v1/tenants/{t}/channels</c>: a tenant's own channels on the platform.</summary>
internal static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder v1) =>
        v1.MapPost("/tenants/{tenant}/channels/{channel}/messages", PublishAsync).RequireAccess(AccessLevel.Developer)
            .WithMetadata(new RequestSizeLimitAttribute(MessageChannels.MaxMessageBytes), IdempotencyMetadata.Instance)
            .WithName("PublishMessage").WithSummary("Publish the body as a message, to the components that are subscribed now")
            .Accepts<byte[]>(isOptional: true, "*/*").Produces(202)
            .Refuses(
                Problem.Invalid("A channel's name has 1 to 128 of A-Z, a-z, 0-9, '.', '_', ':' and '-'."),
                Problem.TooLarge("A message may have at most 1048576 bytes."),
                Problem.RedisUnavailable);

    private static async Task<IResult> PublishAsync(
        TenantAccess access, string channel, HttpContext http, PlatformRedis redis, IdempotentRequests idempotency, CancellationToken cancellationToken)
    {
        if (!ChannelName.IsValid(channel))
        {
            return Problem.Invalid($"A channel's name has {ChannelName.Rule}.");
        }

        if (http.Request.ContentLength > MessageChannels.MaxMessageBytes)
        {
            return TooLarge();
        }

        using var body = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        try
        {
            await http.Request.Body.CopyToAsync(body, cancellationToken);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }

        var message = body.GetBuffer().AsMemory(0, (int)body.Length);
        return await idempotency.RunAsync(
            http, IdempotencyEndpointExtensions.Hash(http.Request, message.Span), () => SendAsync(redis, access.Tenant.Name, channel, message));
    }

    private static async Task<IResult> SendAsync(PlatformRedis redis, string tenant, string channel, ReadOnlyMemory<byte> message)
    {
        await MessageChannels.PublishAsync(redis, tenant, channel, message);
        return TypedResults.Accepted((string?)null);
    }

    private static ProblemHttpResult TooLarge() => Problem.TooLarge(
        string.Create(CultureInfo.InvariantCulture, $"A message may have at most {MessageChannels.MaxMessageBytes} bytes."));
}
