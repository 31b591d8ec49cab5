namespace Platform.Worker.Files;

/// <summary>A content in the cache directory.</summary>
internal sealed class CachedFile(string sha256, long size)
{
    private long _lastUsed;

    public string Sha256 { get; } = sha256;

    /// <summary>Bytes.</summary>
    public long Size { get; } = size;

    /// <summary>Timestamp of the last opening; 0 when this process has not opened it.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }

    /// <summary>Whether this process wrote it or has checked its hash: what an earlier one left is checked before it is first used.</summary>
    public bool IsChecked { get; init; }
}
