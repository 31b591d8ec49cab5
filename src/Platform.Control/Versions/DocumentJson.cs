using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Contracts.Versions;

namespace Platform.Control.Versions;

/// <summary>How version documents are written in the store. Stable: old rows must stay readable.</summary>
internal static class DocumentJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write(VersionDocument document) => JsonSerializer.Serialize(document, Options);

    public static VersionDocument Read(string json) =>
        JsonSerializer.Deserialize<VersionDocument>(json, Options) ?? throw new InvalidDataException("The store holds an empty version document.");
}
