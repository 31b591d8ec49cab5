using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Control.OpenApi;
using Platform.Control.Tests.Hosting;
using Platform.Testing;

namespace Platform.Control.Tests.OpenApi;

public class DocumentTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public async Task Document_EveryOperation_HasItsOwnIdAndCommandsInTheOrderOfTheDocs()
    {
        using var document = await ReadAsync();

        var ids = OperationsOf(document).Select(operation => operation.GetProperty("operationId").GetString()!).ToList();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(ids.Order(StringComparer.Ordinal), CurlCommands.All.Select(command => command.Operation).Order(StringComparer.Ordinal));
        var sections = CurlCommands.All.Select(command => OperationsOf(document).Single(operation => operation.GetProperty("operationId").GetString() == command.Operation).GetProperty("tags")[0].GetString()!).ToList();
        Assert.Equal(sections.Distinct().Count(), 1 + sections.Zip(sections.Skip(1)).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public async Task Document_EveryExample_IsOfItsSchema()
    {
        using var document = await ReadAsync();
        var root = JsonNode.Parse(document.RootElement.GetRawText())!.AsObject();
        var examples = Bodies(root).Where(body => body["example"] is not null).ToList();
        Assert.True(examples.Count > 70, $"{examples.Count} bodies with an example");

        foreach (var body in examples)
        {
            BodySchema.Check(root, body["schema"]!, JsonSerializer.SerializeToElement(body["example"]), "An example");
        }
    }

    [Fact]
    public async Task Document_EveryJsonBodyThatSucceeds_HasAnExample()
    {
        using var document = await ReadAsync();

        foreach (var operation in OperationsOf(document))
        {
            var bodies = operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] == '2').Select(response => response.Value)
                .Concat(operation.TryGetProperty("requestBody", out var request) ? [request] : []);
            foreach (var body in bodies.Where(body => body.TryGetProperty("content", out _)).SelectMany(body => body.GetProperty("content").EnumerateObject()).Where(media => media.Name.EndsWith("json", StringComparison.Ordinal)))
            {
                Assert.True(body.Value.TryGetProperty("example", out _), $"{operation.GetProperty("operationId")} {body.Name}");
            }
        }
    }

    /// <summary>docs/api.sh sets the variable, and so writes the file instead of comparing.</summary>
    [Fact]
    public async Task ApiMarkdown_InTheDocs_IsWhatTheDocumentSays()
    {
        using var document = await ReadAsync();
        var file = Path.Combine(Root, "docs", "api.md");
        var text = new ApiMarkdown(document.RootElement).Write();

        if (Environment.GetEnvironmentVariable("PLATFORM_WRITE_API_DOCS") == "1")
        {
            await File.WriteAllTextAsync(file, text);
        }

        Assert.True(await File.ReadAllTextAsync(file) == text, "docs/api.md isn't what the OpenAPI document says: run docs/api.sh and commit what it writes.");
    }

    private static async Task<JsonDocument> ReadAsync()
    {
        await using var server = await ControlServer.StartAsync();
        return JsonDocument.Parse(await server.Operator.GetStringAsync("/openapi/v1.json"));
    }

    private static IEnumerable<JsonElement> OperationsOf(JsonDocument document) =>
        document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => operation.Value));

    private static IEnumerable<JsonObject> Bodies(JsonNode? node) => node switch
    {
        JsonObject body when body.ContainsKey("schema") => [body],
        JsonObject parent => parent.SelectMany(child => Bodies(child.Value)),
        JsonArray items => items.SelectMany(Bodies),
        _ => [],
    };

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        }

        return directory.FullName;
    }
}
