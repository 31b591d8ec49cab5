using System.Text.Json.Serialization;

namespace Platform.Runtime.Components;

/// <summary>How plans are written.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ComponentPlan))]
internal sealed partial class PlanJson : JsonSerializerContext;
