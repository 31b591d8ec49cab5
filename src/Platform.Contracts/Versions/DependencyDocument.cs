namespace Platform.Contracts.Versions;

/// <summary>A component that gives another what it imports; the two are composed when they are deployed.</summary>
/// <param name="Name">The imports that it gives: <c>namespace:package/interface@version</c>, interface and version optional, or a plain name.</param>
/// <param name="ModuleSha256">SHA-256 of its binary, 64 lower-case hex digits.</param>
/// <param name="Export">The export that stands for the import; null for the one of the import's own name.</param>
/// <param name="Inherits">What it may use of the component's configuration: keys of the manifest.</param>
public sealed record DependencyDocument(string Name, string ModuleSha256, string? Export, IReadOnlyList<string> Inherits);
