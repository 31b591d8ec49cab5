using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Cases;

/// <summary>A folder of <c>tests/cases</c>, as its README describes them.</summary>
internal sealed partial class Case(string name, Func<string, string> fill)
{
    // Quotation marks as they are.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Separator = "\n###\n";

    private readonly string _folder = Path.Combine(Root, name);

    public static string Root { get; } = Path.Combine(Repository.Root, "tests/cases");

    /// <summary>All of them, by name: the path below the root.</summary>
    public static IEnumerable<string> All => Directory.EnumerateFiles(Root, "spin.toml", SearchOption.AllDirectories)
        .Select(static file => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!))
        .Order(StringComparer.Ordinal);

    public string Manifest => fill(File.ReadAllText(Path.Combine(_folder, "spin.toml")));

    /// <summary>Lines that the refusal of the deploy holds, its status first; null for a case that deploys.</summary>
    public IReadOnlyList<string>? Refused =>
        Path.Combine(_folder, "refused.txt") is var file && File.Exists(file) ? [.. File.ReadAllLines(file).Where(static line => line.Length > 0)] : null;

    /// <summary>The manifest's modules, which are guests by their names, and every other file of the folder under its path.</summary>
    public IReadOnlyList<(string Path, byte[] Content)> Uploads
    {
        get
        {
            var own = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(_folder, file), Content: File.ReadAllBytes(file)))
                .Where(static file => file.Path is not ("spin.toml" or "request.http" or "response.http" or "refused.txt"));
            var guests = Sources().Matches(Manifest)
                .Select(static match => match.Groups[1].Value)
                .Distinct(StringComparer.Ordinal)
                .Where(source => !File.Exists(Path.Combine(_folder, source)))
                .Select(static source => (source, File.ReadAllBytes(Repository.Guest(Path.GetFileNameWithoutExtension(source)))));
            return [.. own, .. guests];
        }
    }

    /// <summary>The exchanges in order.</summary>
    public IReadOnlyList<(HttpRequestMessage Request, Expected Expected)> Exchanges()
    {
        var requests = Read("request.http");
        var responses = Read("response.http");
        Assert.True(requests.Length == responses.Length, $"{name}: {requests.Length} requests and {responses.Length} responses");
        return [.. requests.Zip(responses, static (request, response) => (ToRequest(request), Expected.Parse(response)))];
    }

    /// <summary>Deploys it, and does what its folder says.</summary>
    public async Task CheckAsync(Tenant tenant, string app, Uri url)
    {
        using var deploy = await tenant.TryDeployManifestAsync(app, Manifest, [.. Uploads]);
        var answer = await deploy.Content.ReadAsStringAsync();
        if (Refused is { } refused)
        {
            Assert.Equal(refused[0], $"{(int)deploy.StatusCode}");
            var problem = JsonNode.Parse(answer)!.ToJsonString(s_readable);
            Assert.All(refused.Skip(1), line => Assert.Contains(line, problem, StringComparison.Ordinal));
            return;
        }

        Assert.True((int)deploy.StatusCode == 201, answer);
        foreach (var (request, expected) in Exchanges())
        {
            request.RequestUri = new Uri(url, request.RequestUri!.OriginalString);
            using var response = await tenant.SendAsync(app, request);
            await expected.CheckAsync(response);
        }
    }

    /// <summary>Head lines and body of a message.</summary>
    internal static (string[] Head, string Body) Split(string message)
    {
        var end = message.IndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? (message.TrimEnd('\n').Split('\n'), "") : (message[..end].Split('\n'), message[(end + 2)..]);
    }

    [GeneratedRegex(@"\b(?:source|path) = ""([a-z0-9-]+\.wasm)""", RegexOptions.CultureInvariant)]
    private static partial Regex Sources();

    private string[] Read(string file) => fill(File.ReadAllText(Path.Combine(_folder, file))).Split(Separator);

    private static HttpRequestMessage ToRequest(string text)
    {
        var (head, body) = Split(text);
        var line = head[0].Split(' ');
        var request = new HttpRequestMessage(new HttpMethod(line[0]), new Uri(line[1], UriKind.Relative));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.EndsWith('\n') ? body[..^1] : body));
        }

        foreach (var field in head.Skip(1))
        {
            var (key, value) = (field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (!request.Headers.TryAddWithoutValidation(key, value))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(key, value);
            }
        }

        return request;
    }
}
