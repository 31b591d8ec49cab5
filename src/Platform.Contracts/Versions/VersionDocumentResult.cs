using System.Diagnostics.CodeAnalysis;
using Platform.Contracts.Manifests;

namespace Platform.Contracts.Versions;

/// <summary>A version's document, or why there is none: never both.</summary>
public sealed class VersionDocumentResult
{
    internal VersionDocumentResult(VersionDocument? document, IReadOnlyList<ManifestError> errors)
    {
        Document = document;
        Errors = errors;
    }

    /// <summary>Whether there is a document.</summary>
    [MemberNotNullWhen(true, nameof(Document))]
    public bool IsValid => Document is not null;

    /// <summary>The document; null when there are errors.</summary>
    public VersionDocument? Document { get; }

    /// <summary>What the uploads lack or have too much; empty when valid.</summary>
    public IReadOnlyList<ManifestError> Errors { get; }
}
