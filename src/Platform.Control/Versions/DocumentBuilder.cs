using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Versions;
using Platform.Control.Problems;

namespace Platform.Control.Versions;

/// <summary>Makes a version's document of what a deploy uploaded.</summary>
internal static class DocumentBuilder
{
    private const string Module = "module";

    /// <summary>The document, or why there can't be one. Exactly one of the results is null.</summary>
    public static (VersionDocument? Document, ProblemHttpResult? Refusal) Build(DeployForm form)
    {
        if (form.Manifest is not null)
        {
            return (null, Problem.Invalid("Manifests are not taken yet; deploy a single module."));
        }

        var unused = form.Parts.Keys.FirstOrDefault(name => name != Module);
        return unused is null
            ? (Single(form.Parts[Module].Sha256), null)
            : (null, Problem.Invalid($"The part '{unused}' belongs to nothing: without a manifest only 'module' is taken."));
    }

    private static VersionDocument Single(string sha256) => new()
    {
        Components = [new ComponentDocument { Id = "default", ModuleSha256 = sha256 }],
        Routes = [new RouteDocument("/...", "default")],
    };
}
