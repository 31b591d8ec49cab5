using System.Text.Json;

namespace Platform.Worker.Artifacts;

/// <summary>The line by which the compile process tells its parent of a refusal.</summary>
internal sealed record CompileRefusal(string Refusal, string Message)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}
