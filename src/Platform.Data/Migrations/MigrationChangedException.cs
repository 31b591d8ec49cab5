namespace Platform.Data.Migrations;

/// <summary>A migration that was applied reads differently in this program: the schema isn't what either of them says.</summary>
public sealed class MigrationChangedException(string message) : StoreStartupException(message);
