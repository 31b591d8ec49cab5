namespace Platform.Data.Backups;

/// <summary>The first entry of a backup, so that a program knows what it has before it reads it all.</summary>
/// <param name="Format">The layout of the archive.</param>
/// <param name="Product">The version of the program that made it.</param>
/// <param name="MadeAt">When.</param>
public sealed record BackupHead(int Format, string Product, DateTimeOffset MadeAt);
