using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.FunctionalTests.Starting;

/// <summary>docs/api.md: every command of it, run by bash one after the other on a new installation, and its answers held against the OpenAPI document.</summary>
public sealed partial class ApiDocsTests
{
    [Fact]
    public async Task ApiDocs_EveryCommand_AnswersAsTheDocumentSays()
    {
        using var directory = new TemporaryDirectory();
        using var dns = new DnsServer();
        await using var authority = await Authority.StartAsync();
        await using var platform = await PlatformServer.StartAsync(directory.Combine(".platform"), settings: new Dictionary<string, string>
        {
            ["Platform__Dns__Servers__0"] = dns.EndPoint.ToString(),
            ["Platform__Oidc__Authority"] = authority.Issuer.AbsoluteUri,
            ["Platform__Oidc__ClientId"] = Authority.ClientId,
        });
        var document = JsonNode.Parse(await platform.Http.GetStringAsync("/openapi/v1.json"))!.AsObject();
        var docs = new DocsCommands(platform, directory.Path);
        await docs.BeginAsync();

        var run = new HashSet<string>(StringComparer.Ordinal);
        var checkedBodies = 0;
        foreach (var (operation, commands) in docs.All)
        {
            var calls = await docs.RunAsync(commands);
            Assert.True(calls.Count > 0, $"{operation}: the commands call nothing");
            var body = Check(document, operation, calls[^1]);
            checkedBodies += body is null ? 0 : 1;
            if (operation == "CreateDomain")
            {
                var proof = body!["proof"]!["dns"]!;
                dns.Set(proof["name"]!.GetValue<string>(), proof["value"]!.GetValue<string>());
            }

            Assert.True(run.Add(operation), $"{operation} twice");
        }

        Assert.True(checkedBodies > 45, $"{checkedBodies} bodies were held against their schemas");
        Assert.Equal(OperationsOf(document).Select(operation => operation["operationId"]!.GetValue<string>()).Order(StringComparer.Ordinal), run.Order(StringComparer.Ordinal));
    }

    private static JsonNode? Check(JsonObject document, string operation, string call)
    {
        var head = File.ReadAllText(Path.Combine(call, "head"));
        var body = File.ReadAllText(Path.Combine(call, "body"));
        var status = int.Parse(StatusLine().Match(head).Groups["status"].ValueSpan, CultureInfo.InvariantCulture);
        Assert.True(status is >= 200 and < 400, $"{operation}: {head}{body}");
        var responses = OperationsOf(document).Single(known => known["operationId"]!.GetValue<string>() == operation)["responses"]!.AsObject();
        Assert.True(responses.ContainsKey(status.ToString(CultureInfo.InvariantCulture)), $"{operation}: {status} isn't in the document");
        var content = responses[status.ToString(CultureInfo.InvariantCulture)]!["content"];
        if (content?["application/json"]?["schema"] is not { } schema || !ContentType().Match(head).Groups["type"].Value.StartsWith("application/json", StringComparison.Ordinal))
        {
            Assert.True(content is not null || body.Length == 0 || status >= 300 || operation.StartsWith("Head", StringComparison.Ordinal), $"{operation}: a body that isn't in the document: {body}");
            return null;
        }

        BodySchema.Check(document, schema, JsonElement.Parse(body), operation);
        return JsonNode.Parse(body);
    }

    private static IEnumerable<JsonNode> OperationsOf(JsonObject document) => document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => operation.Value!));

    [GeneratedRegex(@"^HTTP/[0-9.]+ (?<status>\d{3})", RegexOptions.Multiline | RegexOptions.RightToLeft)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^content-type: (?<type>[^\r\n]*)", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.RightToLeft)]
    private static partial Regex ContentType();
}
