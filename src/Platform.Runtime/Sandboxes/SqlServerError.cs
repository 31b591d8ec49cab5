namespace Platform.Runtime.Sandboxes;

/// <summary>An error of a PostgreSQL server in its fields (PostgreSQL, "Error and Notice Message Fields").</summary>
public sealed record SqlServerError(string Severity, string Code, string Message, string? Detail, IReadOnlyList<KeyValuePair<string, string>> Extras);
