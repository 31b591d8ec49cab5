using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Contracts.Versions;

/// <summary>Executors in JSON are their names in lower case; numbers are refused.</summary>
public sealed class RouteExecutorConverter() : JsonStringEnumConverter<RouteExecutor>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
