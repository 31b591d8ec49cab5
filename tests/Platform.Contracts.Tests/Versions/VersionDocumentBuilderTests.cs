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

    [Fact]
    public void Build_Dependencies_AreNamedByTheirContent()
    {
        var result = Build(
            """
            dependencies_inherit_configuration = true
            [component.c.dependencies]
            "a:b/d" = { path = "./d.wasm" }
            "a:b/e" = { component = "e", export = "x:y/z" }
            [component.e]
            source = "e.wasm"
            environment = { IGNORED = "1" }
            """,
            "c.wasm", "d.wasm", "e.wasm");

        // The component e has no trigger: it is part of c only.
        var component = Assert.Single(result.Document!.Components);
        string[] all = ["ai_models", "allowed_outbound_hosts", "environment", "files", "key_value_stores", "sqlite_databases", "variables"];
        Assert.Equal([("a:b/d", Hash("d.wasm"), null), ("a:b/e", Hash("e.wasm"), "x:y/z")], component.Dependencies.Select(static d => (d.Name, d.ModuleSha256, d.Export)));
        Assert.All(component.Dependencies, dependency => Assert.Equal(all, dependency.Inherits));
    }

    [Fact]
    public void Build_DependencyNotUploaded_NamesThePart()
    {
        var result = Build("dependencies = { 'a:b/d' = { path = 'd.wasm' } }", "c.wasm");
        var error = Assert.Single(result.Errors);
        Assert.Contains("send it as the part 'd.wasm'", error.Message, StringComparison.Ordinal);
        Assert.Equal(9, error.Line);
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
