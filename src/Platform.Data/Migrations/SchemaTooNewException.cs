namespace Platform.Data.Migrations;

/// <summary>A newer program has migrated the database; this one doesn't know its schema.</summary>
public sealed class SchemaTooNewException(string message) : StoreStartupException(message);
