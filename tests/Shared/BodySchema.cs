using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Platform.Testing;

/// <summary>Holds JSON against a schema of an OpenAPI document (whose dialect is JSON Schema 2020-12).</summary>
internal static class BodySchema
{
    /// <summary>Fails when the body isn't what the schema says.</summary>
    public static void Check(JsonObject document, JsonNode schema, JsonElement body, string what)
    {
        // A schema of its own, which carries the ones that it refers to.
        var whole = schema.DeepClone().AsObject();
        whole["$defs"] = document["components"]!["schemas"]!.DeepClone();
        var text = whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var result = JsonSchema.FromText(text).Evaluate(body, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        Assert.True(result.IsValid, $"{what}: {body}\n{JsonSerializer.Serialize(result)}");
    }
}
