namespace Platform.Data.Blobs;

/// <summary>Outcomes of storing a blob.</summary>
public enum BlobStoreStatus
{
    /// <summary>Stored; the tenant did not own it before.</summary>
    Stored,

    /// <summary>The tenant owned it already; nothing changed.</summary>
    AlreadyOwned,

    /// <summary>More bytes came than allowed; nothing was kept.</summary>
    TooLarge,

    /// <summary>The content's hash is not the expected one; nothing was kept.</summary>
    HashMismatch,
}
