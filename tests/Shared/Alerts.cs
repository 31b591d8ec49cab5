using System.Text.RegularExpressions;

namespace Platform.Testing;

/// <summary>Prometheus' alert rules of the platform (<c>deploy/observability</c>).</summary>
internal static partial class Alerts
{
    /// <summary>Where they are under the root of the tree.</summary>
    public const string File = "deploy/observability/alerts.yml";

    /// <summary>What they ask, each with the alert's name.</summary>
    public static IReadOnlyList<(string Panel, string Query)> Queries(string root) =>
        [.. Rule().Matches(System.IO.File.ReadAllText(Path.Combine(root, File))).Select(static match => (match.Groups["name"].Value, match.Groups["query"].Value))];

    [GeneratedRegex(@"- alert: (?<name>\w+)\s+expr: (?<query>.+)")]
    private static partial Regex Rule();
}
