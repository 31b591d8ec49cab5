namespace Platform.Control.Idempotency;

/// <summary>Findings of claiming a key.</summary>
internal enum IdempotencyStatus
{
    /// <summary>The key is now this request's: it has the effect.</summary>
    Claimed,

    /// <summary>Another request with the same content is at it.</summary>
    Running,

    /// <summary>The same request was answered already.</summary>
    Finished,

    /// <summary>The key was used for another content.</summary>
    OtherRequest,
}
