using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Control.Sessions;

/// <summary><c>/.well-known/jwks.json</c>: the public halves of the keys that access tokens are signed with (RFC 7517), for services that a tenant has check them.</summary>
internal static class JwksEndpoint
{
    public static void MapJwks(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/.well-known/jwks.json", Get)
            .WithName("GetJwks").WithSummary("Get the public keys of access tokens, as a JSON Web Key Set").WithTags("Sessions");

    private static Ok<JwksDocument> Get(HttpContext http, SigningKeys keys)
    {
        // Shorter than a key is known before it could first be missed: it signs from the moment it is made.
        http.Response.Headers.CacheControl = "public, max-age=60";
        return TypedResults.Ok(new JwksDocument([.. keys.Known.Select(ToJwk)]));
    }

    private static JwkDocument ToJwk(SigningKey key)
    {
        var point = key.Key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new JwkDocument("EC", "sig", SecurityAlgorithms.EcdsaSha256, key.Id, "P-256", Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
    }
}
