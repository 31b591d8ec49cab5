namespace Platform.Data.Backups;

/// <summary>A table in a backup.</summary>
/// <param name="Name">The table.</param>
/// <param name="Columns">The columns of its rows, in their order.</param>
/// <param name="Parent">The table that it is a partition of; null for none.</param>
/// <param name="Bound">Which part of it, as SQL (<c>FOR VALUES …</c>); null for no partition.</param>
public sealed record PostgresTable(string Name, IReadOnlyList<string> Columns, string? Parent = null, string? Bound = null);
