using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Platform.Control.Access;
using Platform.Control.Idempotency;
using Platform.Control.Problems;

namespace Platform.Control.OpenApi;

/// <summary>Describes what the framework doesn't see of an operation: headers of its requests and answers, bodies that aren't JSON, and who may call it.</summary>
internal sealed class OperationShape : IOpenApiOperationTransformer
{
    private const string BinaryFormat = "binary";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        if (metadata.OfType<IdempotencyMetadata>().Any())
        {
            operation.Parameters.Add(ApiHeaders.IdempotencyKey);
        }

        if (metadata.OfType<RefusalMetadata>().Any(static refusals => refusals.Samples.Any(static sample => sample.ProblemDetails.Type == Problem.PreconditionFailed.ProblemDetails.Type)))
        {
            operation.Parameters.Add(ApiHeaders.IfMatch);
        }

        if (metadata.OfType<FormMetadata>().FirstOrDefault() is { } form)
        {
            operation.RequestBody = BodyOf(form);
        }

        foreach (var (status, answer) in operation.Responses ?? [])
        {
            if (answer is OpenApiResponse response && status[0] == '2')
            {
                Describe(response, status, metadata, context.Description.HttpMethod == HttpMethods.Head);
            }
        }

        if (metadata.OfType<AuthorizationPolicy>().SelectMany(static policy => policy.Requirements).OfType<AccessRequirement>().FirstOrDefault() is { } access)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.BearerScheme, context.Document)] = [] }];
            operation.Description = access.Level is AccessLevel.SignedIn ? "For whoever is signed in." : $"Needs the role {access.Level.ToString().ToLowerInvariant()}, or a higher one.";
        }

        return Task.CompletedTask;
    }

    private static void Describe(OpenApiResponse response, string status, IList<object> metadata, bool isHead)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        if (metadata.OfType<ETagMetadata>().Any())
        {
            response.Headers["ETag"] = ApiHeaders.ETag;
        }

        if (status is "201" && response.Content is { Count: > 0 })
        {
            response.Headers["Location"] = ApiHeaders.Location;
        }

        if (metadata.OfType<MediaAnswerMetadata>().FirstOrDefault() is { } media && status is "200" && !isHead)
        {
            response.Description = media.Description;
            response.Content ??= new Dictionary<string, OpenApiMediaType>();
            foreach (var type in media.MediaTypes)
            {
                response.Content[type] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = type == "application/wasm" ? BinaryFormat : null } };
            }
        }
    }

    private static OpenApiRequestBody BodyOf(FormMetadata form) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [form.MediaType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = form.Fields.Where(static field => field.IsRequired).Select(static field => field.Name).ToHashSet(StringComparer.Ordinal),
                    Properties = form.Fields.ToDictionary(static field => field.Name, static field => (IOpenApiSchema)SchemaOf(field.Description, field.IsFile), StringComparer.Ordinal),
                    AdditionalProperties = form.TakesFiles ? SchemaOf("A file of the manifest, under its relative path.", isFile: true) : null,
                },
            },
        },
    };

    private static OpenApiSchema SchemaOf(string description, bool isFile) =>
        new() { Type = JsonSchemaType.String, Format = isFile ? BinaryFormat : null, Description = description };
}
