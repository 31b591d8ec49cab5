using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Control.Access;

/// <summary>
/// The form of a tenant's API token: <c>plat_</c>, 16 hex digits that find its row, and 32 random bytes in base64url. Only its hash is stored; being random,
/// it needs no salt and no slow hash.
/// </summary>
internal static class TokenSecret
{
    private const string Prefix = "plat_";
    private const int LookupLength = 16;
    private const int SecretLength = 43;

    public static (string Token, string Lookup) Create()
    {
        var lookup = RandomNumberGenerator.GetHexString(LookupLength, lowercase: true);
        return (Prefix + lookup + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), lookup);
    }

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>What a token begins with, by which people tell theirs apart; it gives nothing of the secret away.</summary>
    public static string PrefixOf(string lookup) => Prefix + lookup;

    public static bool TryGetLookup(string token, [NotNullWhen(true)] out string? lookup)
    {
        var ofThisForm = token.Length == Prefix.Length + LookupLength + SecretLength && token.StartsWith(Prefix, StringComparison.Ordinal);
        lookup = ofThisForm ? token.Substring(Prefix.Length, LookupLength) : null;
        return ofThisForm;
    }
}
