using System.Security.Cryptography;
using System.Text;

namespace Platform.Cluster.Security;

/// <summary>The key that all processes of a cluster share (<c>Platform:ClusterKey</c>). What it is used for each has a key of its own, derived from it (HKDF, RFC 5869).</summary>
public sealed class ClusterKey
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _sealing;

    /// <param name="key">The key, <see cref="Length"/> bytes.</param>
    public ClusterKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Length);
        TokenKey = Derive(key, "platform-token-1");
        ArtifactKey = Derive(key, "platform-artifact-1");
        _sealing = Derive(key, "platform-seal-1");
    }

    /// <summary>Signs and checks tokens.</summary>
    public byte[] TokenKey { get; }

    /// <summary>Seals compiled modules that workers take from each other.</summary>
    public byte[] ArtifactKey { get; }

    /// <summary>Encrypts and authenticates (AES-256-GCM).</summary>
    /// <param name="purpose">What it is: it opens as nothing else.</param>
    /// <param name="content">The plain text.</param>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> content)
    {
        var output = new byte[NonceLength + TagLength + content.Length];
        var nonce = output.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_sealing, TagLength);
        aes.Encrypt(nonce, content, output.AsSpan(NonceLength + TagLength), output.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(purpose));
        return output;
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <exception cref="CryptographicException">Another key or purpose, or changed bytes.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> content)
    {
        if (content.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("Too short to have been sealed.");
        }

        var output = new byte[content.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_sealing, TagLength);
        aes.Decrypt(content[..NonceLength], content[(NonceLength + TagLength)..], content.Slice(NonceLength, TagLength), output, Encoding.UTF8.GetBytes(purpose));
        return output;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(ClusterKey);

    private static byte[] Derive(ReadOnlySpan<byte> key, string purpose)
    {
        var output = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, output, salt: default, Encoding.ASCII.GetBytes(purpose));
        return output;
    }
}
