using System.Net;
using System.Text.RegularExpressions;
using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.FunctionalTests.Triggers;
using Platform.Testing;

namespace Platform.Cluster.Tests.Running;

/// <summary>What <c>deploy/observability</c> asks of <c>/metrics</c> is there.</summary>
public sealed partial class DashboardTests
{
    private const int Apps = 8;

    [Fact]
    public async Task Dashboard_EveryMetricAndLabel_IsPrintedByACluster()
    {
        await using var cluster = await TestCluster.StartAsync(workers: 2);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var i = 0; i < Apps; i++)
        {
            await tenant.DeployAsync($"app{i}", "c-hello");
        }

        // On both workers, of which one didn't compile the module, and loads it for a request.
        for (var i = 0; i < Apps; i++)
        {
            await tenant.ExpectHelloAsync($"app{i}");
        }

        // One of each: a fault, with its line in the log, an app that isn't there, a message.
        await tenant.DeployAsync("faults", "c-faults");
        using var fault = await tenant.GetAsync("faults", "/trap");
        Assert.Equal(HttpStatusCode.InternalServerError, fault.StatusCode);
        using var nothing = await cluster.Server.GetAppAsync("nothing--acme.localhost");
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
        var triggers = new TriggersTenant(cluster.Server, tenant);
        await triggers.DeployAsync("events", "channel = \"orders\"");
        await triggers.PublishAsync("orders", "one");

        List<(string Panel, string Query)> queries = [.. Dashboard.Queries(Repository.Root), ("prometheus-adapter.yaml", AdapterQuery()), .. Alerts.Queries(Repository.Root)];
        Assert.True(queries.Count > 25, $"{queries.Count} queries");
        await ExpectAsync(queries.Where(static one => !one.Query.Contains("retries", StringComparison.Ordinal)), () => PrintedAsync([.. cluster.Controls, .. cluster.Gateways, .. cluster.Workers]));
        await ExpectAsync(queries.Where(static one => one.Query.Contains("retries", StringComparison.Ordinal)), async () =>
        {
            if (cluster.Workers[1].Process.HasExited)
            {
                await cluster.Workers[1].StartAsync();
                await cluster.WaitForWorkersAsync(2);
            }

            // A worker lost under load: what it had begun is given to the other.
            using var load = new ClusterLoad(16, (client, i) => tenant.GetAsync($"app{(client + i) % Apps}"));
            await load.WaitForAsync(100);
            await cluster.Workers[1].StopAsync(ServerProcess.SigKill);
            await load.StopAsync();
            return await PrintedAsync(cluster.Gateways);
        });
    }

    [Theory]
    [InlineData("sum by (role) (rate(platform_worker_fuel_total{role=\"worker\"}[5m]))", "")]
    [InlineData("sum by (cause) (rate(platform_worker_fuel_total{role=\"worker\"}[5m]))", "label cause")]
    [InlineData("platform_worker_fule_total{instance=~\"$instance\"}", "platform_worker_fule_total")]
    [InlineData("platform_worker_fuel_total{outcome!=\"guest\"}", "label outcome")]
    public void Missing_OfAQuery_NamesWhatIsNotPrinted(string query, string expected) =>
        Assert.Equal(expected, string.Join(", ", Missing(query, ["platform_worker_fuel_total{otel_scope_name=\"Platform.Worker\"} 3609"])));

    // Metrics and labels of a query that no line has, and a metric without a selector, which wouldn't be seen here.
    private static IEnumerable<string> Missing(string query, IReadOnlyCollection<string> printed)
    {
        var metrics = Metric().Matches(query).Select(static match => match.Groups["name"].Value).Distinct().ToList();
        if (metrics.Count == 0)
        {
            yield return "no metric";
        }

        // Those of Prometheus itself and of its configuration.
        var lines = printed.Where(line => metrics.Any(metric => line.StartsWith(metric + "{", StringComparison.Ordinal))).ToList();
        foreach (var metric in metrics.Where(metric => metric != "up" && !lines.Exists(line => line.StartsWith(metric + "{", StringComparison.Ordinal))))
        {
            yield return metric;
        }

        var labels = Label().Matches(query).Select(static match => match.Groups["name"].Value)
            .Concat(By().Matches(query).SelectMany(static match => match.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries)));
        foreach (var label in labels.Distinct().Where(label => label is not ("le" or "role" or "instance" or "job" or "namespace" or "pod")
            && !lines.Exists(line => line.Contains($"{{{label}=\"", StringComparison.Ordinal) || line.Contains($",{label}=\"", StringComparison.Ordinal))))
        {
            yield return $"label {label}";
        }
    }

    private static async Task ExpectAsync(IEnumerable<(string Panel, string Query)> queries, Func<Task<IReadOnlyCollection<string>>> print)
    {
        List<string> missing = [];
        await Waiting.ForAsync(
            async () =>
            {
                var printed = await print();
                missing = [.. queries.SelectMany(one => Missing(one.Query, printed).Select(what => $"{one.Panel}: {what}"))];
                return missing.Count == 0;
            },
            () => $"on /metrics: {string.Join("; ", missing)}");
    }

    private static async Task<IReadOnlyCollection<string>> PrintedAsync(IReadOnlyList<ClusterNode> nodes)
    {
        using var client = new HttpClient();
        var pages = await Task.WhenAll(nodes.Select(node => client.GetStringAsync(new Uri(node.Url, "/metrics"))));
        return [.. pages.SelectMany(static page => page.Split('\n')).Where(static line => line.Length > 0 && line[0] != '#')];
    }

    private static string AdapterQuery() =>
        AdapterSeries().Match(File.ReadAllText(Repository.In("deploy/observability/prometheus-adapter.yaml"))).Groups["query"].Value;

    [GeneratedRegex(@"(?<name>[a-z_:][a-z0-9_:]*)\{")]
    private static partial Regex Metric();

    [GeneratedRegex(@"[{,](?<name>[a-z_]+)(=~|!~|!=|=)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"by \((?<names>[^)]*)\)")]
    private static partial Regex By();

    [GeneratedRegex("seriesQuery: '(?<query>[^']*)'")]
    private static partial Regex AdapterSeries();
}
