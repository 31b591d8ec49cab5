namespace Platform.Runtime.Sandboxes;

/// <summary>What a statement gave.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">The rows; values as those of parameters.</param>
/// <param name="Bytes">Bytes that the values hold.</param>
public sealed record SqliteRows(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, long Bytes);
