using System.Diagnostics.CodeAnalysis;

namespace Platform.Contracts.Manifests;

/// <summary>A manifest, or why there is none: never both.</summary>
public sealed class ManifestResult
{
    internal ManifestResult(AppManifest? manifest, IReadOnlyList<ManifestError> errors)
    {
        Manifest = errors.Count == 0 ? manifest : null;
        Errors = errors;
    }

    /// <summary>Whether it can be deployed.</summary>
    [MemberNotNullWhen(true, nameof(Manifest))]
    public bool IsValid => Manifest is not null;

    /// <summary>The manifest; null when there are errors.</summary>
    public AppManifest? Manifest { get; }

    /// <summary>All that is wrong, in the order of the text; empty when valid.</summary>
    public IReadOnlyList<ManifestError> Errors { get; }
}
