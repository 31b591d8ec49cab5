namespace Platform.Control.Idempotency;

/// <summary>What claiming a key found.</summary>
/// <param name="Status">The finding.</param>
internal readonly record struct IdempotencyClaim(IdempotencyStatus Status)
{
    /// <summary>The stored answer, protected by the key ring; null when only <see cref="Answer"/> is there.</summary>
    public byte[]? Response { get; init; }

    /// <summary>The answer as its effect's transaction left it.</summary>
    public byte[]? Answer { get; init; }

    /// <summary>What <see cref="Answer"/> is encrypted by, protected by the key ring.</summary>
    public byte[]? AnswerKey { get; init; }
}
