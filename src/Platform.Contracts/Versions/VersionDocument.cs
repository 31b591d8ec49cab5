using Platform.Contracts.Variables;

namespace Platform.Contracts.Versions;

/// <summary>
/// An immutable version of an app as one canonical JSON document (design section 9): what the control plane stores, what gateways route by and workers run.
/// </summary>
public sealed record VersionDocument
{
    // Documents that were stored before the property was there come with null for it.
    private static readonly IReadOnlyDictionary<string, VariableDocument> Nothing = new SortedDictionary<string, VariableDocument>(StringComparer.Ordinal);

    /// <summary>The document format; raised when its meaning changes.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The components by id, in manifest order.</summary>
    public required IReadOnlyList<ComponentDocument> Components { get; init; }

    /// <summary>HTTP routes, in manifest order.</summary>
    public required IReadOnlyList<RouteDocument> Routes { get; init; }

    /// <summary>Channels that components are subscribed to, in manifest order.</summary>
    public IReadOnlyList<RedisTriggerDocument> RedisTriggers { get; init => field = value ?? []; } = [];

    /// <summary>The application's variables, by name.</summary>
    public IReadOnlyDictionary<string, VariableDocument> Variables { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>Whether responses carry <c>platform-receipt</c>.</summary>
    public bool Receipts { get; init; }
}
