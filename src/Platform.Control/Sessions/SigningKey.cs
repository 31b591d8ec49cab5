using Microsoft.IdentityModel.Tokens;

namespace Platform.Control.Sessions;

/// <summary>A key pair that access tokens are signed with (ES256), or were.</summary>
/// <param name="Id">The JWT's <c>kid</c>.</param>
/// <param name="Key">The pair.</param>
/// <param name="CreatedAt">When it was made, milliseconds since the epoch.</param>
internal sealed record SigningKey(string Id, ECDsaSecurityKey Key, long CreatedAt);
