namespace Platform.Data.Moves;

/// <summary>What some content is, whatever its order: two with the same digest have the same rows.</summary>
/// <param name="Count">How many rows or values.</param>
/// <param name="Sha256">The sum of their SHA-256s, each word of 64 bits by itself, lower-case hex.</param>
public sealed record ContentDigest(long Count, string Sha256);
