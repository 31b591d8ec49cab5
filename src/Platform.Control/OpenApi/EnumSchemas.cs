using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Platform.Control.OpenApi;

/// <summary>Says that an enumeration's names are strings, which the framework leaves out for converters that it doesn't know.</summary>
internal sealed class EnumSchemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema is { Enum.Count: > 0, Type: null })
        {
            schema.Type = JsonSchemaType.String;
        }

        return Task.CompletedTask;
    }
}
