using System.Text.Json.Serialization;

namespace Platform.Contracts.Api;

/// <summary>How a trigger stands with its server.</summary>
[JsonConverter(typeof(TriggerStatusConverter))]
public enum TriggerStatus
{
    /// <summary>No worker has it (yet).</summary>
    Waiting,

    /// <summary>A worker tries to subscribe.</summary>
    Connecting,

    /// <summary>Messages come.</summary>
    Subscribed,
}
