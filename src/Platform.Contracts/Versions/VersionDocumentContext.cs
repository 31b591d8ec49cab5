using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Contracts.Versions;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VersionDocument))]
internal sealed partial class VersionDocumentContext : JsonSerializerContext;
