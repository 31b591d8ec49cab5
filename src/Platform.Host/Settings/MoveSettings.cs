namespace Platform.Host.Settings;

/// <summary>What the command line says of a move to PostgreSQL and Redis.</summary>
/// <param name="SqliteData">The data directory that apps' SQLite databases go into (<c>--sqlite-data</c>), as given; null for none.</param>
/// <param name="DataDirectory">The platform's until now (<c>--data-dir</c>), as given.</param>
internal sealed record MoveSettings(string? SqliteData, string DataDirectory);
