namespace Platform.Control.Audit;

/// <summary>An entry as stored.</summary>
internal sealed class AuditRow
{
    public required long Id { get; init; }

    public string? Tenant { get; init; }

    public required long Time { get; init; }

    public required string Actor { get; init; }

    public string? ActorName { get; init; }

    public string? Address { get; init; }

    public string? RequestId { get; init; }

    public required string Action { get; init; }

    public required string Target { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }
}
