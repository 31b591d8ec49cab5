namespace Platform.Control.Tenants;

/// <summary>A tenant that somebody has access to, with the role of the membership, if it is by one.</summary>
internal sealed class AccessRow
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public string? Role { get; init; }
}
