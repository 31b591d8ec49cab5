namespace Platform.Data.Moves;

/// <summary>What a SQLite database is.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its pages, but for the counters of its header that each copy raises, lower-case hex.</param>
public sealed record FileDigest(long Size, string Sha256);
