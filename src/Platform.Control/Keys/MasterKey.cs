using System.Security.Cryptography;

namespace Platform.Control.Keys;

/// <summary>
/// The key outside the store that wraps the keys in it (<c>&lt;data-dir&gt;/master.key</c> or <c>Platform:MasterKey</c>): 32 bytes, AES-256-GCM. A store without it gives no secret away. Immutable.
/// </summary>
public sealed class MasterKey
{
    /// <summary>Bytes of a master key.</summary>
    public const int Length = 32;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key;

    /// <summary>Takes the key.</summary>
    /// <exception cref="ArgumentException">It doesn't have 32 bytes.</exception>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"A master key has {Length} bytes.", nameof(key));
        }

        _key = key.ToArray();
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(_key, "platform: name of a master key"u8)).AsSpan(0, 16).ToString();
    }

    /// <summary>Names the key and gives nothing of it away.</summary>
    public string Id { get; }

    /// <summary>The key itself, in base64, for a file that only its owner reads.</summary>
    public string Export() => Convert.ToBase64String(_key);

    /// <summary>HMAC-SHA256 by a key of its own that follows from this one: what a backup's maker had this key for.</summary>
    public byte[] Seal(ReadOnlySpan<byte> text) => HMACSHA256.HashData(HMACSHA256.HashData(_key, "platform: seals backups"u8), text);

    internal byte[] Wrap(ReadOnlySpan<byte> plain)
    {
        var wrapped = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = wrapped.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, plain, wrapped.AsSpan(NonceBytes, plain.Length), wrapped.AsSpan(^TagBytes));
        return wrapped;
    }

    /// <exception cref="CryptographicException">It was wrapped with another key, or changed.</exception>
    internal byte[] Unwrap(ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("A wrapped key is cut short.");
        }

        var plain = new byte[wrapped.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(wrapped[..NonceBytes], wrapped[NonceBytes..^TagBytes], wrapped[^TagBytes..], plain);
        return plain;
    }
}
