namespace Platform.Contracts.Versions;

/// <summary>A file that a deploy uploaded.</summary>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hex digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsArchived">Whether it came in an archive, which may hold more than is asked for.</param>
public sealed record UploadedFile(string Sha256, long Size, bool IsArchived = false);
