using Platform.Data.Migrations;

namespace Platform.Data.Backups;

/// <summary>What a backup holds. It is the last entry but its seal, since it lists all others.</summary>
public sealed record BackupManifest
{
    /// <summary>The layout that this program writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>What the first entry says.</summary>
    public required BackupHead Head { get; init; }

    /// <summary>The kind of store.</summary>
    public required Dialect Store { get; init; }

    /// <summary>The store's schema: the migrations that it has, in order.</summary>
    public required IReadOnlyList<AppliedMigration> Migrations { get; init; }

    /// <summary>Those of the logs' own database; empty where the logs are in the store.</summary>
    public IReadOnlyList<AppliedMigration> LogMigrations { get; init; } = [];

    /// <summary>Names the master key (<c>MasterKey.Id</c>) that wraps the store's keys and seals this manifest.</summary>
    public required string MasterKey { get; init; }

    /// <summary>Tables and sequences of PostgreSQL; null for SQLite.</summary>
    public PostgresContent? Postgres { get; init; }

    /// <summary>All entries before this one, in their order.</summary>
    public IReadOnlyList<BackupEntry> Entries { get; init; } = [];
}
