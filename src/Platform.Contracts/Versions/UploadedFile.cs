namespace Platform.Contracts.Versions;

/// <summary>A file that a deploy uploaded.</summary>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hex digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record UploadedFile(string Sha256, long Size);
