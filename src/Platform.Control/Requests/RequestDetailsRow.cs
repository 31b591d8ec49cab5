namespace Platform.Control.Requests;

/// <summary>A request with all that is kept of it.</summary>
internal sealed class RequestDetailsRow : RequestRow
{
    public required string Route { get; init; }

    public string? Trap { get; init; }

    public string? TraceId { get; init; }

    /// <summary>JSON.</summary>
    public required string Spans { get; init; }

    public long SpansLeftOut { get; init; }
}
