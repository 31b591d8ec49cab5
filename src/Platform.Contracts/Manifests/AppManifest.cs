using Platform.Contracts.Variables;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Manifests;

/// <summary>
/// What the platform takes from a Spin manifest, version 2 (https://spinframework.dev/manifest-reference). All in it is honoured: what can't be is refused by
/// <see cref="ManifestParser"/>.
/// </summary>
public sealed record AppManifest
{
    /// <summary><c>application.name</c>: shown, not an address.</summary>
    public required string Name { get; init; }

    /// <summary><c>application.version</c>: the developer's own; empty when not given.</summary>
    public string Version { get; init; } = "";

    /// <summary><c>application.description</c>; empty when not given.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>application.authors</c>.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary><c>[application.tool.platform] receipts</c>.</summary>
    public bool Receipts { get; init; }

    /// <summary><c>[variables]</c>, by name.</summary>
    public IReadOnlyDictionary<string, VariableDocument> Variables { get; init; } = new SortedDictionary<string, VariableDocument>(StringComparer.Ordinal);

    /// <summary><c>[[trigger.http]]</c>, in the order of the text; each names one of <see cref="Components"/>, no two match the same.</summary>
    public required IReadOnlyList<RouteDocument> Routes { get; init; }

    /// <summary><c>[[trigger.redis]]</c>, in the order of the text, each with its address; each names one of <see cref="Components"/>.</summary>
    public IReadOnlyList<RedisTriggerDocument> RedisTriggers { get; init; } = [];

    /// <summary><c>[component.X]</c> in the order of the text, then components written inside their trigger.</summary>
    public required IReadOnlyList<ManifestComponent> Components { get; init; }
}
