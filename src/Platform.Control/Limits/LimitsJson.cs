using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Contracts.Versions;

namespace Platform.Control.Limits;

/// <summary>An app's limits as the store keeps them: those that are set, as JSON.</summary>
internal static class LimitsJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Serialize(LimitsDocument limits) => JsonSerializer.Serialize(limits, Options);

    /// <summary>The limits; none when nothing was ever set.</summary>
    public static LimitsDocument Deserialize(string? json) =>
        json is null ? new LimitsDocument() : JsonSerializer.Deserialize<LimitsDocument>(json, Options) ?? throw new JsonException("Limits can't be null.");
}
