namespace Platform.Control.Sessions;

/// <summary>A JSON Web Key Set (RFC 7517 section 5).</summary>
/// <param name="Keys">The keys, newest first.</param>
internal sealed record JwksDocument(IReadOnlyList<JwkDocument> Keys);
