namespace Platform.Data.Migrations;

/// <summary>What migrating did.</summary>
/// <param name="Created">The database had no schema before.</param>
/// <param name="Applied">The ids of the steps applied now, in order.</param>
/// <param name="Newer">The ids of the steps that a newer program had applied, in order.</param>
public sealed record MigrationResult(bool Created, IReadOnlyList<string> Applied, IReadOnlyList<string> Newer);
