namespace Platform.Control.Requests;

/// <summary>A request of a page.</summary>
internal class RequestRow
{
    public long Id { get; init; }

    public long Time { get; init; }

    public required string RequestId { get; init; }

    public long Version { get; init; }

    public required string Component { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public long? Status { get; init; }

    public required string Outcome { get; init; }

    public long WallUs { get; init; }

    /// <summary>JSON; null when it didn't run.</summary>
    public string? Receipt { get; init; }
}
