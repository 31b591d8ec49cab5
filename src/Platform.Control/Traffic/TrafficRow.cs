namespace Platform.Control.Traffic;

/// <summary>What of an app its traffic is.</summary>
internal sealed class TrafficRow
{
    public required long Id { get; init; }

    public long? Live { get; init; }

    public string? Traffic { get; init; }

    public required long Revision { get; init; }
}
