using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Control.OpenApi;

namespace Platform.Control.Tests.OpenApi;

/// <summary>Writes docs/api.md from the OpenAPI document.</summary>
internal sealed class ApiMarkdown(JsonElement document)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _text = new();
    private readonly SortedDictionary<string, JsonElement> _problems = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonElement> _types = new(StringComparer.Ordinal);

    /// <summary>The whole file.</summary>
    public string Write()
    {
        Line("# The REST API");
        Line("<!-- Made from the OpenAPI document (/openapi/v1.json) by `docs/api.sh`; a test compares them, and another runs every command here, one after the other. -->");
        Line(document.GetProperty("info").GetProperty("description").GetString()!);
        Line("A browser shows the same at `/docs`. The commands below work one after the other on a new installation, from the repository's root, with curl and jq:");
        Line("```bash\nAPI=http://127.0.0.1:8080/v1\nTOKEN=$(cat .platform/operator-token)\n```");
        string? section = null;
        foreach (var (id, command) in CurlCommands.All)
        {
            var (method, path, operation) = Find(id);
            var tag = operation.GetProperty("tags")[0].GetString();
            if (tag != section)
            {
                Line($"## {section = tag}");
            }

            WriteOperation(id, method, path, operation, command);
        }

        WriteTypes();
        WriteProblems();
        return _text.ToString().TrimEnd('\n') + "\n";
    }

    private void WriteOperation(string id, string method, string path, JsonElement operation, string command)
    {
        Line($"### {id}");
        var access = operation.TryGetProperty("description", out var description) ? " " + description.GetString() : " For anybody.";
        Line($"`{method} {path}`: {Lower(operation.GetProperty("summary").GetString()!)}.{access}");
        var query = operation.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Where(static parameter => parameter.GetProperty("in").GetString() != "path").Select(static parameter => $"`{parameter.GetProperty("name").GetString()}`").ToList()
            : [];
        if (query.Count > 0)
        {
            Line($"Takes {string.Join(", ", query)}.");
        }

        Line($"```bash\n{command}\n```");
        var refusals = new List<string>();
        foreach (var status in operation.GetProperty("responses").EnumerateObject())
        {
            var response = Resolve(status.Value);
            if (status.Name[0] is '2' or '3')
            {
                WriteAnswer(status.Name, response);
                continue;
            }

            var names = new List<string>();
            foreach (var example in response.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").EnumerateObject())
            {
                _problems.TryAdd(example.Name, example.Value.GetProperty("value"));
                names.Add($"[{example.Name}](#{example.Name})");
            }

            refusals.Add($"{status.Name} {string.Join(", ", names)}");
        }

        Line($"Errors: {string.Join("; ", refusals)}.");
    }

    private void WriteAnswer(string status, JsonElement response)
    {
        if (!response.TryGetProperty("content", out var content))
        {
            Line($"Answers {status} without a body.");
            return;
        }

        foreach (var media in content.EnumerateObject())
        {
            if (!media.Value.TryGetProperty("example", out var example))
            {
                Line($"Answers {status} with `{media.Name}`. {response.GetProperty("description").GetString()}");
                continue;
            }

            var type = media.Value.GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1];
            Line($"Answers {status} with [{type}](#{Lower(type)}):");
            Line($"```json\n{JsonSerializer.Serialize(example, Indented)}\n```");
        }
    }

    private void WriteTypes()
    {
        Line("## Types");
        foreach (var type in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            _types[type.Name] = type.Value;
        }

        foreach (var (name, schema) in _types)
        {
            Line($"### {name}");
            if (schema.TryGetProperty("description", out var description))
            {
                Line(description.GetString()!);
            }

            if (schema.TryGetProperty("properties", out var properties))
            {
                var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(static item => item.GetString()).ToHashSet() : [];
                Line("| member | type | |\n|---|---|---|\n" + string.Join('\n', properties.EnumerateObject().Select(property =>
                    $"| `{property.Name}`{(required.Contains(property.Name) ? "" : "?")} | {TypeOf(property.Value)} | {DescriptionOf(property.Value)} |")));
            }
            else if (schema.TryGetProperty("enum", out var values))
            {
                Line(string.Join(", ", values.EnumerateArray().Select(static value => $"`{value.GetString()}`")));
            }
        }
    }

    private void WriteProblems()
    {
        Line("## Errors");
        Line("By the last part of `type`, `urn:platform:problem:…`. The details are examples.");
        foreach (var (name, problem) in _problems)
        {
            Line($"### {name}");
            Line($"{problem.GetProperty("status").GetInt32().ToString(CultureInfo.InvariantCulture)} {problem.GetProperty("title").GetString()}. {problem.GetProperty("detail").GetString()}");
        }
    }

    private (string Method, string Path, JsonElement Operation) Find(string id) =>
        document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Method: operation.Name.ToUpperInvariant(), Path: path.Name, Operation: operation.Value)))
            .Single(operation => operation.Operation.GetProperty("operationId").GetString() == id);

    private JsonElement Resolve(JsonElement element) =>
        element.TryGetProperty("$ref", out var reference)
            ? reference.GetString()!.Split('/').Skip(1).Aggregate(document, static (parent, name) => parent.GetProperty(name))
            : element;

    private static string DescriptionOf(JsonElement schema) =>
        schema.TryGetProperty("description", out var text) ? text.GetString()!.ReplaceLineEndings(" ")
        : schema.TryGetProperty("oneOf", out var choices) ? choices.EnumerateArray().Select(DescriptionOf).FirstOrDefault(static text => text.Length > 0) ?? ""
        : "";

    private static string TypeOf(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? Link(reference.GetString()!.Split('/')[^1])
        : schema.TryGetProperty("oneOf", out var choices) ? string.Join(" or ", choices.EnumerateArray().Reverse().Select(TypeOf))
        : !schema.TryGetProperty("type", out var type) ? "any"
        : type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray().Select(item => NameOf(item.GetString()!, schema)).OrderBy(static name => name == "null"))
        : NameOf(type.GetString()!, schema);

    private static string NameOf(string type, JsonElement schema) => type switch
    {
        "array" => $"{TypeOf(schema.GetProperty("items"))}[]",
        "string" when schema.TryGetProperty("format", out var format) => format.GetString()!,
        "object" when schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object => $"map of {TypeOf(values)}",
        _ => type,
    };

    private static string Link(string type) => $"[{type}](#{Lower(type)})";

    // As GitHub makes anchors of headings, and a sentence's beginning its middle.
    private static string Lower(string text) => text.All(char.IsLetterOrDigit) ? text.ToLowerInvariant() : char.ToLowerInvariant(text[0]) + text[1..];

    private void Line(string text) => _text.Append(text).Append("\n\n");
}
