namespace Platform.Contracts.Versions;

/// <summary>A read-only file of a component.</summary>
/// <param name="Path">Where the guest sees it, absolute, normalized.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hex digits.</param>
public sealed record FileDocument(string Path, long Size, string Sha256);
