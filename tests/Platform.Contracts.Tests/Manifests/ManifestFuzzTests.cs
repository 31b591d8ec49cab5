using CsCheck;
using Platform.Contracts.Manifests;

namespace Platform.Contracts.Tests.Manifests;

/// <summary>Whatever comes, the parser answers: a manifest, or errors that point into the text.</summary>
public sealed class ManifestFuzzTests
{
    private const string Valid =
        """
        spin_manifest_version = 2
        [application]
        name = "a"
        [[trigger.http]]
        route = "/:x/..."
        component = "c"
        [component.c]
        source = "c.wasm"
        files = ["a/[a-z]*", { source = "b", destination = "/" }]
        environment = { A = "b" }
        [component.c.tool.platform]
        fuel = 1
        """;

    private static readonly string[] Pieces =
    [
        "\n", "[", "]", "[[", "]]", "=", "{", "}", ".", "\"", "'", ",", "2", "-1", "1.5", "true", "\"\"\"", "\\u0000", "\0", "component", "trigger.http", "[component.c]", "route", "é", "\ud800",
    ];

    private static readonly Gen<string> Piece = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]);

    [Fact]
    public void Parse_MutatedManifest_AlwaysAnswers() =>
        Gen.Select(Gen.Int[0, Valid.Length], Gen.Int[0, 40], Piece.Array[0, 6]).Sample(
            (at, cut, pieces) =>
            {
                var text = Valid[..at] + string.Concat(pieces) + Valid[Math.Min(Valid.Length, at + cut)..];
                var result = ManifestParser.Parse(text);
                var lines = text.Count(c => c == '\n') + 1;
                return result.IsValid == (result.Errors.Count == 0)
                    && result.Errors.All(error => error.Line >= 1 && error.Line <= lines + 1 && error.Column >= 1);
            },
            iter: 5000);
}
