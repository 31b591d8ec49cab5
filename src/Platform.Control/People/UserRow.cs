namespace Platform.Control.People;

/// <summary>A user as stored.</summary>
internal sealed class UserRow
{
    public required long Id { get; init; }

    public required string Email { get; init; }

    public required string Name { get; init; }

    /// <summary>Null for one who signs in elsewhere only.</summary>
    public string? PasswordHash { get; init; }

    public required long CreatedAt { get; init; }
}
