using System.Text.Json;

namespace Platform.Dashboard.Requests;

/// <summary>A step of a request.</summary>
public sealed record KeptSpan(string Name, long StartUs, long DurationUs, int? Parent, IReadOnlyDictionary<string, JsonElement>? Attributes);
