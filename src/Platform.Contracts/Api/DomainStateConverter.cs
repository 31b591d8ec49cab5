using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>States in lower case; numbers are refused.</summary>
public sealed class DomainStateConverter() : JsonStringEnumConverter<DomainState>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
