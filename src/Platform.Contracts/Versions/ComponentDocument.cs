namespace Platform.Contracts.Versions;

/// <summary>One component of a version.</summary>
public sealed record ComponentDocument
{
    /// <summary>The id in the manifest; <c>default</c> for a single uploaded module.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the uploaded binary, 64 lower-case hex digits.</summary>
    public required string ModuleSha256 { get; init; }

    /// <summary>Environment variables of the manifest.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Read-only files.</summary>
    public IReadOnlyList<FileDocument> Files { get; init; } = [];

    /// <summary>Hosts that it may call (Spin's grammar), as the manifest has them.</summary>
    public IReadOnlyList<string> AllowedOutboundHosts { get; init; } = [];

    /// <summary>Limits that the manifest sets; null where it sets none.</summary>
    public LimitsDocument Limits { get; init; } = new();
}
