namespace Platform.Data.Blobs;

/// <summary>What is in the store and seen by nobody yet.</summary>
/// <param name="Upload">Its chunks' id.</param>
/// <param name="Blob">What it is.</param>
public sealed record StagedBlob(string Upload, StoredBlob Blob);
