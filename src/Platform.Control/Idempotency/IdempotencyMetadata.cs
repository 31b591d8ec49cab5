namespace Platform.Control.Idempotency;

/// <summary>Marks an operation that takes an <c>Idempotency-Key</c>.</summary>
internal sealed class IdempotencyMetadata
{
    public static readonly IdempotencyMetadata Instance = new();
}
