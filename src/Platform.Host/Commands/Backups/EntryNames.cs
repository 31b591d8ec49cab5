namespace Platform.Host.Commands.Backups;

/// <summary>The entries of a backup, in their order.</summary>
internal static class EntryNames
{
    /// <summary>Begins apps' SQLite databases: <c>sqlite/12/default.db</c>.</summary>
    public const string AppDatabases = "sqlite/";

    /// <summary>Apps' key-value data, in parts.</summary>
    public const string KeyValue = "key-value";

    /// <summary>The logs, where the store is SQLite.</summary>
    public const string Telemetry = "telemetry.db";

    /// <summary>The store, where it is SQLite.</summary>
    public const string Store = "platform.db";

    /// <summary>Begins the tables, where the store is PostgreSQL: <c>postgres/tenants/000000</c>.</summary>
    public const string Postgres = "postgres/";

    /// <summary>Begins what only a backup with keys has.</summary>
    public const string Keys = "keys/";

    /// <summary>The master key, in base64.</summary>
    public const string MasterKey = Keys + "master.key";

    /// <summary>The operator's token.</summary>
    public const string OperatorToken = Keys + "operator-token";
}
