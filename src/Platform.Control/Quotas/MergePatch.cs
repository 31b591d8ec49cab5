using System.Text.Json.Nodes;

namespace Platform.Control.Quotas;

/// <summary>JSON merge patch (RFC 7396).</summary>
internal static class MergePatch
{
    /// <summary>What the target becomes: members of the patch go in place of its own, null takes them away, objects are merged.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members)
        {
            return patch?.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else if (Apply(result[name], value) is var merged && !ReferenceEquals(merged, result[name]))
            {
                result[name] = merged;
            }
        }

        return result;
    }
}
