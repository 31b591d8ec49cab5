namespace Platform.Control.Idempotency;

/// <summary>The request stood still for so long that another took its key over: its transaction must not commit.</summary>
internal sealed class KeyLostException() : Exception("Another request has taken the Idempotency-Key over.");
