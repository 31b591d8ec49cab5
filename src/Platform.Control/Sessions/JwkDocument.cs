namespace Platform.Control.Sessions;

/// <summary>A public elliptic-curve key (RFC 7518 section 6.2.1).</summary>
/// <param name="Kty">Its type.</param>
/// <param name="Use">What it is for.</param>
/// <param name="Alg">The one algorithm that it is used with.</param>
/// <param name="Kid">Its id.</param>
/// <param name="Crv">Its curve.</param>
/// <param name="X">A coordinate, base64url.</param>
/// <param name="Y">The other, base64url.</param>
internal sealed record JwkDocument(string Kty, string Use, string Alg, string Kid, string Crv, string X, string Y);
