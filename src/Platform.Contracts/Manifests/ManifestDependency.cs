namespace Platform.Contracts.Manifests;

/// <summary>An entry of <c>[component.X.dependencies]</c>.</summary>
public sealed record ManifestDependency
{
    /// <summary>The imports that it gives: <c>namespace:package/interface@version</c>, interface and version optional, or a plain name.</summary>
    public required string Name { get; init; }

    /// <summary>The binary: a relative path, which is also the name of its part; null for another component's.</summary>
    public string? Path { get; init; }

    /// <summary>The component whose binary it is; null when it has a path.</summary>
    public string? Component { get; init; }

    /// <summary>The export that stands for the import; null for the one of the import's own name.</summary>
    public string? Export { get; init; }

    /// <summary>The keys of the component's table that hold for the dependency too.</summary>
    public IReadOnlyList<string> Inherits { get; init; } = [];

    /// <summary>The entry's line, from 1.</summary>
    public int Line { get; init; } = 1;

    /// <summary>The entry's column, from 1.</summary>
    public int Column { get; init; } = 1;
}
