using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Control.Sessions;

/// <summary>What a refresh token or a session's cookie holds: the session's id, and 32 random bytes of which the store has the hash.</summary>
internal static class SessionSecret
{
    private const int IdLength = 32;
    private const int SecretLength = 43;

    /// <summary>A new id.</summary>
    public static string CreateId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));

    /// <summary>A new secret for a session.</summary>
    public static (string Text, byte[] Hash) Create(string id)
    {
        var text = id + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (text, Hash(text));
    }

    /// <summary>The session that a text names; null when it is none.</summary>
    public static string? IdOf(string text) =>
        text.Length == IdLength + SecretLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? text[..IdLength] : null;

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
