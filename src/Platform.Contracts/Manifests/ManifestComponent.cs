using Platform.Contracts.Versions;

namespace Platform.Contracts.Manifests;

/// <summary>A <c>[component.X]</c>.</summary>
public sealed record ManifestComponent
{
    /// <summary>X; <c>inline-N</c> for the one written inside the Nth HTTP trigger.</summary>
    public required string Id { get; init; }

    /// <summary>The binary: a relative path, which is also the name of the part that a deploy uploads it as.</summary>
    public required string Source { get; init; }

    /// <summary>Environment variables, by name.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Read-only files that it asks for.</summary>
    public IReadOnlyList<ManifestMount> Files { get; init; } = [];

    /// <summary>Globs of uploaded files that it is not to see though <see cref="Files"/> has them.</summary>
    public IReadOnlyList<string> ExcludeFiles { get; init; } = [];

    /// <summary><c>[component.X.variables]</c>: what the guest reads, by name; templates over the application's variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Labels of the key-value stores that it may open.</summary>
    public IReadOnlyList<string> KeyValueStores { get; init; } = [];

    /// <summary>Labels of the SQLite databases that it may open.</summary>
    public IReadOnlyList<string> SqliteDatabases { get; init; } = [];

    /// <summary>Hosts that it may call, in Spin's grammar; templates over the application's variables.</summary>
    public IReadOnlyList<string> AllowedOutboundHosts { get; init; } = [];

    /// <summary>Whether a trigger names it, be it a private one.</summary>
    public bool HasTrigger { get; init; }

    /// <summary>Components that give it what it imports.</summary>
    public IReadOnlyList<ManifestDependency> Dependencies { get; init; } = [];

    /// <summary><c>[component.X.tool.platform]</c>.</summary>
    public LimitsDocument Limits { get; init; } = new();

    /// <summary>The line of its table, from 1: where to point when something of it is missing.</summary>
    public int Line { get; init; } = 1;

    /// <summary>The column of its table, from 1.</summary>
    public int Column { get; init; } = 1;
}
