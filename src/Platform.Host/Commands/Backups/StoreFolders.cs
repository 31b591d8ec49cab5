namespace Platform.Host.Commands.Backups;

/// <summary>The folders of migrations, by what they are of.</summary>
internal static class StoreFolders
{
    /// <summary>The store in SQLite.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>The logs beside it.</summary>
    public const string Telemetry = "sqlite-telemetry";

    /// <summary>The store in PostgreSQL, logs included.</summary>
    public const string Postgres = "postgres";
}
