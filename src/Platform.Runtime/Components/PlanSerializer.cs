using System.Text.Json;

namespace Platform.Runtime.Components;

/// <summary>A plan as JSON, kept beside the compiled modules. Whoever reads it has authenticated it.</summary>
internal static class PlanSerializer
{
    /// <summary>The bytes of a plan.</summary>
    public static byte[] Serialize(ComponentPlan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, PlanJson.Default.ComponentPlan);

    /// <summary>The plan of bytes.</summary>
    /// <exception cref="JsonException">Not a plan of this version of the platform.</exception>
    public static ComponentPlan Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, PlanJson.Default.ComponentPlan) ?? throw new JsonException("the plan is null");
}
