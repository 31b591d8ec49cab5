namespace Platform.Contracts.Sqlite;

/// <summary>The last copy of an app's SQLite database in the store.</summary>
/// <param name="App">The app's number.</param>
/// <param name="Label">The database's label in the manifest.</param>
/// <param name="Sha256">SHA-256 of the copy, lower-case hex.</param>
/// <param name="Size">Its bytes.</param>
public sealed record SqliteBackup(long App, string Label, string Sha256, long Size);
