namespace Platform.Contracts.Api;

/// <summary>An uploaded module.</summary>
/// <param name="Sha256">SHA-256 of its content, 64 lower-case hex digits.</param>
/// <param name="Size">Bytes.</param>
public sealed record ModuleResource(string Sha256, long Size);
