using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Control.Versions;

/// <summary>How version documents are written in the store. Stable: old rows must stay readable.</summary>
internal static class DocumentJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
