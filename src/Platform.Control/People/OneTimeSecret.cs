using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Control.People;

/// <summary>What a one-time link holds: 32 random bytes; the store has their hash.</summary>
internal static class OneTimeSecret
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static (string Text, byte[] Hash) Create()
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (text, Hash(text));
    }

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
