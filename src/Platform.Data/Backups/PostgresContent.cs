namespace Platform.Data.Backups;

/// <summary>What a backup holds of a PostgreSQL database.</summary>
/// <param name="Tables">Tables with rows of their own, in the order of the archive: partitions first, then each after those that it refers to.</param>
/// <param name="Sequences">All sequences, those of identity columns included.</param>
public sealed record PostgresContent(IReadOnlyList<PostgresTable> Tables, IReadOnlyList<PostgresSequence> Sequences);
