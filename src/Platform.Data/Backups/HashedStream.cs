using System.Security.Cryptography;

namespace Platform.Data.Backups;

/// <summary>Reads another stream and hashes what is read.</summary>
internal sealed class HashedStream(Stream inner) : CountedStream(inner)
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Reads what is left; then says what it all was.</summary>
    public async Task<BackupEntry> EndAsync(string name, CancellationToken cancellationToken)
    {
        await CopyToAsync(Null, cancellationToken);
        return new BackupEntry(name, Position, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    protected override void OnRead(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
