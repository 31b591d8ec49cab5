using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Attacks;

/// <summary>An operation of the OpenAPI document: what a test that tries something on all of them needs to know of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Method">Its verb.</param>
/// <param name="Path">Its path, with parameters in braces.</param>
/// <param name="Query">Names of its parameters in the query.</param>
/// <param name="Role">The least role it takes, as its description says; null when anybody may call it, or whoever is signed in.</param>
/// <param name="Example">A right body of JSON; null when it takes none.</param>
internal sealed partial record ApiOperation(string Id, string Method, string Path, IReadOnlyList<string> Query, string? Role, JsonObject? Example)
{
    public static async Task<IReadOnlyList<ApiOperation>> AllAsync(ControlServer server)
    {
        var document = JsonNode.Parse(await server.Operator.GetStringAsync("/openapi/v1.json"))!.AsObject();
        return [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => Read(operation.Key, path.Key, operation.Value!.AsObject())))];
    }

    /// <summary>The path with a value for each parameter.</summary>
    public string Fill(Func<string, string> value) => Parameter().Replace(Path, match => value(match.Groups["name"].Value));

    /// <summary>A value for each parameter: of the tenant acme and its app web, which are there, and of things that aren't.</summary>
    public static string Known(string parameter) => parameter switch
    {
        "tenant" => "acme",
        "app" => "web",
        "hex" => new string('0', 64),
        "id" or "version" => "9999",
        "domain" => "www.example.com",
        _ => "some_name",
    };

    public HttpRequestMessage Request(string target, JsonNode? body = null) => new(new HttpMethod(Method), target)
    {
        Content = Method is "POST" or "PATCH" or "PUT" ? new StringContent((body ?? Example ?? new JsonObject()).ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")) : null,
    };

    private static ApiOperation Read(string method, string path, JsonObject operation) => new(
        operation["operationId"]!.GetValue<string>(),
        method.ToUpperInvariant(),
        path,
        [.. operation["parameters"]?.AsArray().Where(one => one!["in"]!.GetValue<string>() == "query").Select(one => one!["name"]!.GetValue<string>()) ?? []],
        Least().Match(operation["description"]?.GetValue<string>() ?? "") is { Success: true } least ? least.Groups["role"].Value : null,
        operation["requestBody"]?["content"]?.AsObject().FirstOrDefault(media => media.Key.EndsWith("json", StringComparison.Ordinal)).Value?["example"]?.DeepClone().AsObject());

    [GeneratedRegex(@"\{(?<name>[^}]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("Needs the role (?<role>[a-z]+)")]
    private static partial Regex Least();
}
