namespace Platform.Control.Idempotency;

/// <summary>What claiming a key found.</summary>
/// <param name="Status">The finding.</param>
/// <param name="Response">The stored answer, encrypted, when it is finished.</param>
internal readonly record struct IdempotencyClaim(IdempotencyStatus Status, byte[]? Response = null);
