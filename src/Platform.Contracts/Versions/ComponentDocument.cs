namespace Platform.Contracts.Versions;

/// <summary>One component of a version.</summary>
public sealed record ComponentDocument
{
    // Documents that were stored before a property was there come with null for it.
    private static readonly IReadOnlyDictionary<string, string> Nothing = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The id in the manifest; <c>default</c> for a single uploaded module.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the binary that runs, 64 lower-case hex digits: the one that was uploaded, or that one composed with its dependencies.</summary>
    public required string ModuleSha256 { get; init; }

    /// <summary>For a component with dependencies, SHA-256 of the binary that was uploaded; else null.</summary>
    public string? SourceSha256 { get; init; }

    /// <summary>Components that it is composed with.</summary>
    public IReadOnlyList<DependencyDocument> Dependencies { get; init => field = value ?? []; } = [];

    /// <summary>Environment variables of the manifest.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Read-only files.</summary>
    public IReadOnlyList<FileDocument> Files { get; init; } = [];

    /// <summary>Its variables by name: templates over the version's.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>Labels of the key-value stores that it may open.</summary>
    public IReadOnlyList<string> KeyValueStores { get; init => field = value ?? []; } = [];

    /// <summary>Labels of the SQLite databases that it may open.</summary>
    public IReadOnlyList<string> SqliteDatabases { get; init => field = value ?? []; } = [];

    /// <summary>Hosts that it may call (Spin's grammar), as the manifest has them: templates over the version's variables.</summary>
    public IReadOnlyList<string> AllowedOutboundHosts { get; init; } = [];

    /// <summary>Limits that the manifest sets; null where it sets none.</summary>
    public LimitsDocument Limits { get; init; } = new();
}
