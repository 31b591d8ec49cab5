namespace Platform.Control.Sessions;

/// <summary>A session with whose it is, as stored.</summary>
internal sealed class SessionRow
{
    public required string Id { get; init; }

    public long? UserId { get; init; }

    public string? Email { get; init; }

    public long? TokenId { get; init; }

    /// <summary>The hash of the operator's token that the session was made with; null for others.</summary>
    public byte[]? Operator { get; init; }

    public required byte[] SecretHash { get; init; }

    public byte[]? PreviousHash { get; init; }

    public required long IsCookie { get; init; }

    public required long ExpiresAt { get; init; }
}
