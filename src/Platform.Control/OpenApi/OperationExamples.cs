using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Platform.Control.OpenApi;

/// <summary>Gives each JSON body of an operation its example, and the operation the commands that call it.</summary>
internal sealed class OperationExamples(IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (operation.RequestBody?.Content is { } request)
        {
            var type = metadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType;
            foreach (var (mediaType, content) in request)
            {
                if (type is not null && mediaType.EndsWith("json", StringComparison.Ordinal))
                {
                    SetExample(content, type);
                }
            }
        }

        foreach (var answer in context.Description.SupportedResponseTypes.Where(static answer => answer.StatusCode < 300 && answer.Type is not null && answer.Type != typeof(void)))
        {
            if (operation.Responses?.GetValueOrDefault(answer.StatusCode.ToString(CultureInfo.InvariantCulture))?.Content is { } contents && contents.TryGetValue(Json, out var content))
            {
                SetExample(content, answer.Type!);
            }
        }

        // One handler answers both; each operation has an id of its own.
        if (context.Description.HttpMethod == HttpMethods.Head)
        {
            operation.OperationId = operation.OperationId!.Replace("Get", "Head", StringComparison.Ordinal);
        }

        operation.AddExtension("x-codeSamples", new JsonNodeExtension(new JsonArray(
            new JsonObject { ["lang"] = "Shell", ["label"] = "curl", ["source"] = CurlCommands.Of(operation.OperationId!) })));

        return Task.CompletedTask;
    }

    private void SetExample(OpenApiMediaType content, Type type) =>
        content.Example = JsonSerializer.SerializeToNode(Examples.Of(type), type, json.Value.SerializerOptions);
}
