namespace Platform.Data.Moves;

/// <summary>What was moved, as it was in the source and, read again, in the target. The target keeps it.</summary>
public sealed record MoveReport
{
    /// <summary>The move.</summary>
    public required string Id { get; init; }

    /// <summary>The installation.</summary>
    public required string Installation { get; init; }

    /// <summary>When it was over.</summary>
    public required DateTimeOffset MovedAt { get; init; }

    /// <summary>The version of the program that did it.</summary>
    public required string Product { get; init; }

    /// <summary>Rows of the store by table, logs included.</summary>
    public required IReadOnlyDictionary<string, ContentDigest> Tables { get; init; }

    /// <summary>Apps' key-value data; null when the source had none of its own.</summary>
    public ContentDigest? Values { get; init; }

    /// <summary>Apps' SQLite databases by name (<c>12/default.db</c>).</summary>
    public required IReadOnlyDictionary<string, FileDigest> Databases { get; init; }
}
