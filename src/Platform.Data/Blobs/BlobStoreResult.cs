namespace Platform.Data.Blobs;

/// <summary>What became of storing a blob.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Blob">What was read, with its true hash; null when it was too large.</param>
public sealed record BlobStoreResult(BlobStoreStatus Status, StoredBlob? Blob);
