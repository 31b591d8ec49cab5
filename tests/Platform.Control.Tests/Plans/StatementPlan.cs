using System.Text.Json;

namespace Platform.Control.Tests.Plans;

/// <summary>A statement that PostgreSQL ran, with the plan that it was run by, as auto_explain logs them.</summary>
internal sealed record StatementPlan(string Sql, IReadOnlyList<StatementPlan.Scan> Scans)
{
    private const string Marker = "plan:\n";

    /// <summary>How a table was read.</summary>
    /// <param name="Node">The plan's node.</param>
    /// <param name="Table">Its name.</param>
    /// <param name="Rows">How many rows were looked at, wanted or not.</param>
    internal readonly record struct Scan(string Node, string Table, double Rows);

    /// <summary>Reads a line of the server's log in JSON; null for one without a plan, and for what isn't of the database.</summary>
    public static StatementPlan? Read(string line, string database)
    {
        using var entry = JsonDocument.Parse(line);
        var text = entry.RootElement.GetProperty("message").GetString()!;
        var at = text.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0 || entry.RootElement.GetProperty("dbname").GetString() != database)
        {
            return null;
        }

        using var plan = JsonDocument.Parse(text[(at + Marker.Length)..]);
        return new StatementPlan(plan.RootElement.GetProperty("Query Text").GetString()!, [.. ScansOf(plan.RootElement.GetProperty("Plan"))]);
    }

    private static IEnumerable<Scan> ScansOf(JsonElement node)
    {
        if (node.TryGetProperty("Relation Name", out var table) && node.GetProperty("Node Type").GetString() is { } type && type != "ModifyTable")
        {
            var rows = Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter") + Number(node, "Rows Removed by Index Recheck");
            yield return new Scan(type, table.GetString()!, rows * Number(node, "Actual Loops"));
        }

        if (node.TryGetProperty("Plans", out var plans))
        {
            foreach (var scan in plans.EnumerateArray().SelectMany(ScansOf))
            {
                yield return scan;
            }
        }
    }

    private static double Number(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}
