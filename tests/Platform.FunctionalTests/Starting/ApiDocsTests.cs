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
    // Keeps what each call got beside what the command does with it.
    private const string Recording =
        """
        curl() { local call; call="$OUT/$(date +%s%N)"; mkdir "$call"; command curl --dump-header "$call/head" "$@" | tee "$call/body"; return "${PIPESTATUS[0]}"; }
        """;

    [Fact]
    public async Task ApiDocs_EveryCommand_AnswersAsTheDocumentSays()
    {
        using var directory = new TemporaryDirectory();
        foreach (var name in (string[])["docs", "tests"])
        {
            Directory.CreateSymbolicLink(directory.Combine(name), Path.Combine(Repository.Root, name));
        }

        using var dns = new DnsServer();
        await using var authority = await Authority.StartAsync();
        await using var platform = await PlatformServer.StartAsync(directory.Combine(".platform"), settings: new Dictionary<string, string>
        {
            ["Platform__Dns__Servers__0"] = dns.EndPoint.ToString(),
            ["Platform__Oidc__Authority"] = authority.Issuer.AbsoluteUri,
            ["Platform__Oidc__ClientId"] = Authority.ClientId,
        });
        var document = JsonNode.Parse(await platform.Http.GetStringAsync("/openapi/v1.json"))!.AsObject();
        var text = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/api.md"))).Replace("http://127.0.0.1:8080", platform.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var variables = string.Join(' ', Variable().Matches(text).Select(match => match.Groups["name"].Value).Distinct());
        await RunAsync(directory, variables, Prelude().Match(text).Groups["commands"].Value);

        var run = new HashSet<string>(StringComparer.Ordinal);
        var checkedBodies = 0;
        foreach (Match block in Block().Matches(text))
        {
            var operation = block.Groups["operation"].Value;
            var call = await RunAsync(directory, variables, block.Groups["commands"].Value);
            Assert.True(call is not null, $"{operation}: the commands call nothing");
            var body = Check(document, operation, call);
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

    /// <summary>Runs commands with the variables of those before; the directory of what the last call got.</summary>
    private static async Task<string?> RunAsync(TemporaryDirectory directory, string variables, string commands)
    {
        var answers = Directory.CreateDirectory(directory.Combine($"answers-{Guid.NewGuid():N}")).FullName;
        var script = directory.Combine("script");
        await File.WriteAllTextAsync(script, $"""
            set -euo pipefail
            OUT={answers}
            {Recording}
            touch state
            . ./state
            {commands}
            declare -p {variables} 2>/dev/null > state || true
            """);
        await using var process = ServerProcess.Start("bash", [script], [], directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{commands}\n{process.Output}\n{process.Errors}");
        return Directory.EnumerateDirectories(answers).Order(StringComparer.Ordinal).LastOrDefault();
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

    [GeneratedRegex("```bash\n(?<commands>API=.*?)```", RegexOptions.Singleline)]
    private static partial Regex Prelude();

    [GeneratedRegex("### (?<operation>[A-Za-z]+)\n\n`[A-Z]+ /[^\n]*\n\n(?:Takes [^\n]*\n\n)?```bash\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^(?<name>[A-Z_0-9]+)=", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^HTTP/[0-9.]+ (?<status>\d{3})", RegexOptions.Multiline | RegexOptions.RightToLeft)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^content-type: (?<type>[^\r\n]*)", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.RightToLeft)]
    private static partial Regex ContentType();
}
