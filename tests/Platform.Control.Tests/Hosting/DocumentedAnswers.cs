using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Platform.Control.Tests.Hosting;

/// <summary>
/// Holds every answer that any test of the API gets against the OpenAPI document: its status, its media type, and for an error its problem type must be there for the operation.
/// </summary>
internal sealed class DocumentedAnswers
{
    private const string ProblemPrefix = "urn:platform:problem:";

    // One program has one document.
    private static volatile Dictionary<string, IReadOnlySet<string>>? s_documented;

    private readonly ConcurrentQueue<(string Operation, string Answer)> _seen = [];

    /// <summary>The middleware, outermost.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var response = context.Response;
        var body = response.Body;
        using var problem = new MemoryStream();
        response.Body = new TeeStream(body, problem, () => response.ContentType == "application/problem+json");
        try
        {
            await next(context);
            await response.BodyWriter.FlushAsync(CancellationToken.None);
        }
        finally
        {
            response.Body = body;
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } name)
        {
            var operation = HttpMethods.IsHead(context.Request.Method) ? name.Replace("Get", "Head", StringComparison.Ordinal) : name;
            var mediaType = response.ContentType?.Split(';')[0] ?? "";
            var detail = mediaType == "application/problem+json" && problem.Length > 0
                ? JsonDocument.Parse(problem.ToArray()).RootElement.GetProperty("type").GetString()![ProblemPrefix.Length..]
                : HttpMethods.IsHead(context.Request.Method) ? "" : mediaType;
            _seen.Enqueue((operation, $"{response.StatusCode} {detail}"));
        }
    }

    /// <summary>Throws when an answer isn't in the document.</summary>
    public async Task CheckAsync(HttpClient client)
    {
        if (_seen.IsEmpty)
        {
            return;
        }

        if (s_documented is not { } documented)
        {
            using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
            s_documented = documented = Read(document.RootElement).ToDictionary(static known => known.Operation, static known => known.Answers, StringComparer.Ordinal);
        }

        var undocumented = _seen.Distinct().Where(seen => !documented[seen.Operation].Contains(seen.Answer)).Select(static seen => $"{seen.Operation}: {seen.Answer}");
        Assert.Empty(undocumented);
    }

    private static IEnumerable<(string Operation, IReadOnlySet<string> Answers)> Read(JsonElement document)
    {
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(static path => path.Value.EnumerateObject()))
        {
            var answers = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (status, response) in operation.Value.GetProperty("responses").EnumerateObject().Select(item => (item.Name, Resolve(document, item.Value))))
            {
                if (!response.TryGetProperty("content", out var content))
                {
                    answers.Add($"{status} ");
                    continue;
                }

                foreach (var media in content.EnumerateObject())
                {
                    answers.UnionWith(media.Name == "application/problem+json"
                        ? media.Value.GetProperty("examples").EnumerateObject().Select(example => $"{status} {example.Name}")
                        : [$"{status} {media.Name}"]);
                }
            }

            yield return (operation.Value.GetProperty("operationId").GetString()!, answers);
        }
    }

    private static JsonElement Resolve(JsonElement document, JsonElement response) =>
        response.TryGetProperty("$ref", out var reference)
            ? reference.GetString()!.Split('/').Skip(1).Aggregate(document, static (element, name) => element.GetProperty(name))
            : response;
}
