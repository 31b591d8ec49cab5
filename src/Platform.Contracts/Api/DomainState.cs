using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>How a domain stands.</summary>
[JsonConverter(typeof(DomainStateConverter))]
public enum DomainState
{
    /// <summary>Claimed; it isn't proven, or isn't any more, and doesn't answer.</summary>
    Pending = 1,

    /// <summary>Proven: the app answers on it.</summary>
    Verified = 2,
}
