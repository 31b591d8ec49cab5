using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Manifests;
using Platform.Contracts.Versions;
using Platform.Control.Limits;
using Platform.Control.Problems;
using Platform.Data.Blobs;

namespace Platform.Control.Versions;

/// <summary>Makes a version's document of what a deploy uploaded, and holds it against the installation's limits.</summary>
internal sealed class DocumentBuilder(ControlOptions options, LimitCeilings ceilings)
{
    private const string Module = "module";

    /// <summary>The document, or why there can't be one. Exactly one of the results is null.</summary>
    public (VersionDocument? Document, ProblemHttpResult? Refusal) Build(DeployForm form)
    {
        if (form.Manifest is not null)
        {
            return BuildFromManifest(form.Manifest, form);
        }

        var unused = form.Parts.Keys.FirstOrDefault(name => name != Module);
        return unused is null
            ? (VersionDocumentBuilder.SingleModule(form.Parts[Module].Sha256), null)
            : (null, Problem.Invalid($"The part '{unused}' belongs to nothing: without a manifest only 'module' is taken."));
    }

    private (VersionDocument?, ProblemHttpResult?) BuildFromManifest(string text, DeployForm form)
    {
        var parsed = ManifestParser.Parse(text);
        if (!parsed.IsValid)
        {
            return (null, Problem.InvalidManifest(parsed.Errors));
        }

        var uploads = form.Parts.ToDictionary(
            part => NameOf(part.Key, parsed.Manifest, form.Parts),
            part => new UploadedFile(part.Value.Sha256, part.Value.Size, form.Archived.Contains(part.Key)),
            StringComparer.Ordinal);
        var built = VersionDocumentBuilder.Build(parsed.Manifest, uploads);
        return built.IsValid
            ? CheckLimits(built.Document) is { } refusal ? (null, refusal) : (built.Document, null)
            : (null, Problem.InvalidManifest(built.Errors));
    }

    // `module` stands for the one module that the manifest asks for, so that a client need not repeat its path.
    private static string NameOf(string part, AppManifest manifest, SortedDictionary<string, StoredBlob> parts) =>
        part == Module && manifest.Components is [var only] && !parts.ContainsKey(only.Source) ? only.Source : part;

    private ProblemHttpResult? CheckLimits(VersionDocument document)
    {
        // Counted as guests see them: one upload that many components mount counts for each.
        var files = document.Components.SelectMany(component => component.Files).ToList();
        if (files.Count > options.MaxFiles)
        {
            return Problem.TooLarge($"The version has {files.Count} files; at most {options.MaxFiles} are allowed.");
        }

        var bytes = files.Sum(file => file.Size);
        return bytes > options.MaxFileBytes
            ? Problem.TooLarge($"The version's files have {bytes} bytes; at most {options.MaxFileBytes} are allowed.")
            : document.Components.Select(ceilings.CheckManifest).FirstOrDefault(refusal => refusal is not null);
    }
}
