using System.Security.Cryptography;

namespace Platform.Data.Backups;

/// <summary>What reading a whole backup gave: each entry is as the manifest says.</summary>
public sealed class BackupContents
{
    private readonly byte[] _text;
    private readonly byte[] _seal;

    internal BackupContents(BackupManifest manifest, byte[] text, byte[] seal, IReadOnlyDictionary<string, byte[]> smallEntries)
    {
        Manifest = manifest;
        SmallEntries = smallEntries;
        _text = text;
        _seal = seal;
    }

    /// <summary>The manifest.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>Contents of the entries that were asked for, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> SmallEntries { get; }

    /// <summary>Whether the manifest is as its maker left it.</summary>
    /// <param name="seal">HMAC-SHA256 by the master key that the manifest names.</param>
    public bool IsSealedBy(Func<byte[], byte[]> seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        return CryptographicOperations.FixedTimeEquals(seal(_text), _seal);
    }
}
