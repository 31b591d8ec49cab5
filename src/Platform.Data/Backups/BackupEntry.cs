namespace Platform.Data.Backups;

/// <summary>One file within a backup, as its manifest lists it.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its content, lower-case hex.</param>
public sealed record BackupEntry(string Name, long Size, string Sha256);
