using Platform.Contracts.Manifests;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Tests.Versions;

/// <summary>From a manifest and what was uploaded with it to a version's document.</summary>
public sealed class VersionDocumentBuilderTests
{
    [Fact]
    public void Build_GlobsAndMounts_PlaceTheUploads()
    {
        var result = Build(
            """files = ["assets/**/*", { source = "site", destination = "/" }, { source = "doc/readme.txt", destination = "/help/index.txt" }]""" + "\n"
            + """exclude_files = ["assets/secret/*"]""",
            "c.wasm", "assets/a.css", "assets/x/b.css", "assets/secret/key", "site/index.html", "doc/readme.txt");

        Assert.Empty(result.Errors);
        var component = Assert.Single(result.Document!.Components);
        Assert.Equal(Hash("c.wasm"), component.ModuleSha256);
        Assert.Equal(
            [
                new FileDocument("/assets/a.css", 12, Hash("assets/a.css")),
                new FileDocument("/assets/x/b.css", 14, Hash("assets/x/b.css")),
                new FileDocument("/help/index.txt", 14, Hash("doc/readme.txt")),
                new FileDocument("/index.html", 15, Hash("site/index.html")),
            ],
            component.Files);
    }

    [Fact]
    public void Build_ModuleNotUploaded_NamesThePart()
    {
        var result = Build("", "d.wasm");
        Assert.False(result.IsValid);
        Assert.Contains(result.Errors, error => error.Message.Contains("send it as the part 'c.wasm'", StringComparison.Ordinal) && error.Line == 7);
        Assert.Contains(result.Errors, error => error.Message.Contains("The part 'd.wasm' belongs to nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_FilesThatMatchNothing_AreNamed()
    {
        var result = Build("files = ['assets/*']", "c.wasm");
        Assert.Contains("'assets/*' in the files of the component 'c' matches nothing", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_DirectoryMount_TakesNoSiblingThatBeginsAlike()
    {
        var result = Build("files = [{ source = 'site', destination = '/s' }]", "c.wasm", "site/a", "site2/a");
        Assert.Contains("The part 'site2/a' belongs to nothing", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SingleModule_AnyModule_AnswersEveryPath()
    {
        var document = VersionDocumentBuilder.SingleModule(Hash("m"));
        Assert.Equal(new RouteDocument("/...", "default"), Assert.Single(document.Routes));
        Assert.Equal(Hash("m"), Assert.Single(document.Components).ModuleSha256);
    }

    private static VersionDocumentResult Build(string lines, params string[] uploads)
    {
        var manifest = ManifestParser.Parse(
            $"spin_manifest_version = 2\n[application]\nname = 'a'\n[[trigger.http]]\nroute = '/...'\ncomponent = 'c'\n[component.c]\nsource = 'c.wasm'\n{lines}");
        Assert.Empty(manifest.Errors);
        return VersionDocumentBuilder.Build(manifest.Manifest!, uploads.ToDictionary(path => path, path => new UploadedFile(Hash(path), path.Length)));
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
