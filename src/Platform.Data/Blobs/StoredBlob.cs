namespace Platform.Data.Blobs;

/// <summary>A blob that is stored whole.</summary>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hex digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredBlob(string Sha256, long Size);
