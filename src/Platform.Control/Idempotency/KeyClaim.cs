using System.Security.Cryptography;
using System.Text;

namespace Platform.Control.Idempotency;

/// <summary>
/// A request's hold on its Idempotency-Key. Its own data key encrypts the answer within the effect's transaction, where the key ring must not be asked; the row has the data key as the ring protected it before.
/// </summary>
/// <param name="Caller">Whose key it is.</param>
/// <param name="Key">The key.</param>
/// <param name="Holder">This request: whoever takes the key over when the lease has ended is another.</param>
/// <param name="DataKey">32 bytes, for one answer.</param>
internal sealed record KeyClaim(string Caller, string Key, string Holder, byte[] DataKey)
{
    private const int DataKeyBytes = 32;

    /// <summary>A new hold with a data key of its own.</summary>
    public static KeyClaim Create(string caller, string key) => new(caller, key, Guid.NewGuid().ToString("N"), RandomNumberGenerator.GetBytes(DataKeyBytes));

    /// <summary>Encrypts the answer for the place of this key.</summary>
    public byte[] Seal(ReadOnlySpan<byte> answer)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var result = new byte[nonce + tag + answer.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, nonce));
        using var aes = new AesGcm(DataKey, tag);
        aes.Encrypt(result.AsSpan(0, nonce), answer, result.AsSpan(nonce + tag), result.AsSpan(nonce, tag), Place(Caller, Key));
        return result;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made for the same caller and key.</summary>
    /// <exception cref="CryptographicException">It was changed, or is another key's.</exception>
    public static byte[] Open(string caller, string key, byte[] dataKey, ReadOnlySpan<byte> answer)
    {
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        if (answer.Length < nonce + tag)
        {
            throw new CryptographicException("The stored answer is too short.");
        }

        var result = new byte[answer.Length - nonce - tag];
        using var aes = new AesGcm(dataKey, tag);
        aes.Decrypt(answer[..nonce], answer[(nonce + tag)..], answer.Slice(nonce, tag), result, Place(caller, key));
        return result;
    }

    // No caller's name has a line feed, and no key.
    private static byte[] Place(string caller, string key) => Encoding.UTF8.GetBytes($"{caller}\n{key}");
}
