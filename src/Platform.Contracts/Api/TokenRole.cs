using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>What a tenant's token may do, each role including the ones before it. In JSON: <c>viewer</c>, <c>developer</c>, <c>owner</c>.</summary>
[JsonConverter(typeof(TokenRoleConverter))]
public enum TokenRole
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Deploys as well.</summary>
    Developer,

    /// <summary>Manages tokens as well.</summary>
    Owner,
}
