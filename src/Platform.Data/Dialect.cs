namespace Platform.Data;

/// <summary>The SQL that a database speaks. Statements are written once for both wherever the two agree.</summary>
public enum Dialect
{
    /// <summary>SQLite, one process.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    Postgres,
}
