using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>States in JSON are their names in lower case; numbers are refused.</summary>
public sealed class TriggerStatusConverter() : JsonStringEnumConverter<TriggerStatus>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
