using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Platform.Control.OpenApi;

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
internal sealed class ApiDocument : IOpenApiDocumentTransformer
{
    /// <summary>The schema of every error.</summary>
    public const string ProblemSchema = "Problem";

    /// <summary>How a caller says who it is.</summary>
    public const string BearerScheme = "bearer";

    private const string AnySchema = "JsonElement";

    private const string Description =
        """
        Tokens: `Authorization: Bearer …` with an API token (`plat_…`), the access token of a session, or a token of the configured OpenID Connect authority. Roles, each with what the ones before it may do:
        viewer, developer, owner (of a tenant), operator (of the installation).

        Errors are problem details (RFC 9457); `type` is stable, `detail` says what to do. What belongs to another tenant is 404, as what isn't there. New members may come to any answer at any time.

        A `POST` takes an `Idempotency-Key`: repeated within 24 hours with the same key and content it gets the same answer (`Idempotency-Replayed: true`), and the effect is had once. What can change has an `ETag`; a
        change with `If-Match` is 412 when somebody else changed it meanwhile. Lists are pages: `?limit=` (50, at most 200) and `?cursor=` with the `cursor` of the page before, null on the last one.

        Each caller has a rate of requests: answers carry `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), and beyond it 429 with `Retry-After`.
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Platform API";
        document.Info.Version = "v1";
        document.Info.Description = Description;

        // Relative: the document is of the server that it came from, whatever name that was reached by.
        document.Servers = [new OpenApiServer { Url = "/" }];
        AllowAny(document);
        document.AddComponent(ProblemSchema, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Problem details (RFC 9457).",
            Required = new HashSet<string>(["type", "title", "status", "detail"]),
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("Which problem it is; stable. A URN, `urn:platform:problem:…`."),
                ["title"] = Text("The type in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The status of the answer." },
                ["detail"] = Text("What is wrong here, and what to do."),
            },
        });
        document.AddComponent(BearerScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API token, the access token of a session, or a token of the configured authority.",
        });
        return Task.CompletedTask;
    }

    // The framework writes a nullable JsonElement as one of null and anything, and null is both.
    private static void AllowAny(OpenApiDocument document)
    {
        foreach (var properties in document.Components!.Schemas!.Values.Select(static schema => schema.Properties).OfType<IDictionary<string, IOpenApiSchema>>())
        {
            foreach (var (name, property) in properties.Where(static property => property.Value.OneOf?.OfType<OpenApiSchemaReference>().Any(static choice => choice.Reference.Id == AnySchema) == true).ToList())
            {
                properties[name] = new OpenApiSchema { Description = property.Description ?? property.OneOf!.Select(static choice => choice.Description).FirstOrDefault(static text => text is not null) };
            }
        }

        document.Components.Schemas.Remove(AnySchema);
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
