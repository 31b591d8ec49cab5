namespace Platform.Runtime.Sandboxes;

/// <summary>What a query gave.</summary>
public sealed record SqlRows(IReadOnlyList<SqlColumn> Columns, IReadOnlyList<SqlValue[]> Rows);
