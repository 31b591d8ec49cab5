using Microsoft.OpenApi;

namespace Platform.Control.OpenApi;

/// <summary>Headers that operations share, as the OpenAPI document describes them.</summary>
internal static class ApiHeaders
{
    /// <summary>RFC 9110 section 10.2.3.</summary>
    public static Dictionary<string, IOpenApiHeader> RetryAfter => new()
    {
        ["Retry-After"] = Header("How long to wait before the request is sent again, in seconds (RFC 9110 section 10.2.3).", JsonSchemaType.Integer),
    };

    /// <summary>RFC 9110 section 8.8.3.</summary>
    public static IOpenApiHeader ETag => Header("The state that was answered, for If-Match (RFC 9110 section 8.8.3).", JsonSchemaType.String);

    /// <summary>The path of what was made.</summary>
    public static IOpenApiHeader Location => Header("The path of what was made.", JsonSchemaType.String);

    /// <summary>RFC 9110 section 13.1.1.</summary>
    public static IOpenApiParameter IfMatch => Parameter("If-Match", "Changes only what still has this ETag; else 412. Without it, whatever there is.");

    /// <summary>draft-ietf-httpapi-idempotency-key-header.</summary>
    public static IOpenApiParameter IdempotencyKey => Parameter("Idempotency-Key", "Gives the request its effect once in 24 hours: repeated with the same key it gets the same answer. 1 to 255 printable ASCII characters.");

    private static OpenApiHeader Header(string description, JsonSchemaType type) => new() { Description = description, Schema = new OpenApiSchema { Type = type } };

    private static OpenApiParameter Parameter(string name, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
