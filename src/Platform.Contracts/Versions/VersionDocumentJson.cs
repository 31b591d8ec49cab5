using System.Text.Json;

namespace Platform.Contracts.Versions;

/// <summary>Version documents as JSON: the same document always gives the same bytes, and what was written once stays readable.</summary>
public static class VersionDocumentJson
{
    /// <summary>Writes a document: properties in declared order, names of variables and headers in ordinal order, no null.</summary>
    public static string Serialize(VersionDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var canonical = document with
        {
            Components = [.. document.Components.Select(Sort)],
            Routes = [.. document.Routes.Select(Sort)],
            Variables = Sort(document.Variables),
        };
        return JsonSerializer.Serialize(canonical, VersionDocumentContext.Default.VersionDocument);
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">It isn't one.</exception>
    public static VersionDocument Deserialize(string json) =>
        JsonSerializer.Deserialize(json, VersionDocumentContext.Default.VersionDocument) ?? throw new JsonException("A version document can't be null.");

    private static ComponentDocument Sort(ComponentDocument component) => component with
    {
        Environment = Sort(component.Environment),
        Variables = Sort(component.Variables),
    };

    private static RouteDocument Sort(RouteDocument route) => route.StaticResponse is { } response
        ? route with { StaticResponse = response with { Headers = Sort(response.Headers) } }
        : route;

    private static SortedDictionary<string, T> Sort<T>(IReadOnlyDictionary<string, T> values)
    {
        var sorted = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            sorted.Add(name, value);
        }

        return sorted;
    }
}
