using System.Text.Json.Serialization;

namespace Platform.Runtime.Components;

/// <summary>
/// The memories that a handler's instances define. The engine's limit is for each memory, so that it is divided by their number. Those that are not exported
/// can't be measured while they grow and are charged whole from the start.
/// </summary>
/// <param name="Defined">How many there are.</param>
/// <param name="Seen">Those that are exported, one name each.</param>
internal sealed record MemoryTotals(int Defined, IReadOnlyList<InstanceExportItem> Seen)
{
    /// <summary>How many are not exported.</summary>
    [JsonIgnore]
    public int Unseen => Defined - Seen.Count;
}
