using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>Roles in JSON are their names in lower case; numbers are refused.</summary>
public sealed class TokenRoleConverter() : JsonStringEnumConverter<TokenRole>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
