using System.Text.Json.Nodes;

namespace Platform.Testing;

/// <summary>Grafana's dashboard of the platform (<c>deploy/observability</c>).</summary>
internal static class Dashboard
{
    /// <summary>Where it is under the root of the tree.</summary>
    public const string File = "deploy/observability/grafana/dashboards/platform.json";

    /// <summary>What its panels ask Prometheus, each with the panel's title.</summary>
    public static IReadOnlyList<(string Panel, string Query)> Queries(string root) =>
    [
        .. from panel in JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(root, File)))!["panels"]!.AsArray()
           from target in panel!["targets"]?.AsArray() ?? []
           select (panel["title"]!.GetValue<string>(), target!["expr"]!.GetValue<string>()),
    ];
}
