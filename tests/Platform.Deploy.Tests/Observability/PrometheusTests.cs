using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Deploy.Tests.Observability;

/// <summary>What watches the platform (<c>deploy/observability</c>): by the programs that read it where Debian has them, else by what it refers to.</summary>
public sealed partial class PrometheusTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Prometheus_OfCompose_IsTaken_AndScrapesEveryProcessWhereItListens()
    {
        await CheckAsync("config", Repository.In("deploy/observability/prometheus.yml"));
        var compose = Yaml.Read("docker-compose.yml")["services"]!.AsObject();
        var expected = compose
            .Where(static one => Settings.Map(one.Value!["environment"]).ContainsKey("Platform__MetricsUrls"))
            .Select(static one => $"{one.Key.Split('-')[0]} {one.Key}:{new Uri(Settings.Map(one.Value!["environment"])["Platform__MetricsUrls"]).Port}");
        var job = Yaml.Read("deploy/observability/prometheus.yml")["scrape_configs"]!.AsArray().Single(static one => one!["job_name"]!.GetValue<string>() == "platform")!;
        var scraped = job["static_configs"]!.AsArray().SelectMany(static group => Settings.Texts(group!["targets"]).Select(target => $"{group!["labels"]!["role"]} {target}"));
        Assert.Equal(expected.Order(), scraped.Order());
        Assert.Equal("/metrics", job["metrics_path"]!.GetValue<string>());
    }

    [Fact]
    public async Task Prometheus_OfKubernetes_IsTaken_AndKeepsThePodsOfTheManifests()
    {
        // Debian's promtool is built without the discovery; the rest of the job is what it would be.
        var config = Yaml.Read("deploy/observability/prometheus-kubernetes.yml");
        var job = config["scrape_configs"]!.AsArray().Single()!.AsObject();
        var discovery = job["kubernetes_sd_configs"]!.AsArray().Single()!;
        Assert.Equal("pod", discovery["role"]!.GetValue<string>());
        Assert.Equal(["platform"], Settings.Texts(discovery["namespaces"]!["names"]));
        job.Remove("kubernetes_sd_configs");
        job["static_configs"] = new JsonArray(new JsonObject { ["targets"] = new JsonArray("127.0.0.1:9464") });
        await WriteAsync("alerts.yml", await File.ReadAllTextAsync(Repository.In(Alerts.File)));
        await CheckAsync("config", await WriteAsync("prometheus.yml", config.ToJsonString()));

        var keep = job["relabel_configs"]!.AsArray().Single(static one => one!["action"]?.GetValue<string>() == "keep")!;
        Assert.Equal(["__meta_kubernetes_pod_label_app_kubernetes_io_name", "__meta_kubernetes_pod_container_port_name"], Settings.Texts(keep["source_labels"]));
        var kept = new Regex($"^(?:{keep["regex"]!.GetValue<string>()})$");
        foreach (var pod in Kubernetes.Manifests.Base.Pods)
        {
            Assert.Contains(pod.Template.Spec.Containers[0].Ports, port => kept.IsMatch($"{pod.Template.Metadata.Labels["app.kubernetes.io/name"]};{port.Name}"));
        }
    }

    [Fact]
    public async Task Dashboard_EveryQuery_IsPromql()
    {
        var queries = Dashboard.Queries(Repository.Root);
        Assert.True(queries.Count > 25, $"{queries.Count} queries");
        var rules = new JsonArray([.. queries.Select(static (one, i) => new JsonObject { ["record"] = $"query_{i}", ["expr"] = Variable().Replace(one.Query, "5m") })]);
        await CheckAsync("rules", await WriteAsync("rules.yml", new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = rules }) }.ToJsonString()));
    }

    [Fact]
    public async Task Alerts_AreTaken_AndEachSaysWhatToDo()
    {
        await CheckAsync("rules", Repository.In(Alerts.File));
        var headings = File.ReadLines(Repository.In("docs/operations.md")).Where(static line => line.StartsWith('#'))
            .Select(static line => "docs/operations.md#" + line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')).ToHashSet();
        var rules = Yaml.Read(Alerts.File)["groups"]!.AsArray().SelectMany(static group => group!["rules"]!.AsArray()).ToList();
        Assert.Equal(Alerts.Queries(Repository.Root).Select(static one => one.Panel), rules.Select(static rule => rule!["alert"]!.GetValue<string>()));
        Assert.All(rules, rule =>
        {
            Assert.Contains(rule!["labels"]!["severity"]!.GetValue<string>(), (string[])["page", "ticket"]);
            Assert.NotEmpty(rule["annotations"]!["summary"]!.GetValue<string>());
            Assert.Contains(rule["annotations"]!["runbook"]!.GetValue<string>(), headings);
        });
        var compose = Yaml.Read("docker-compose.yml")["services"]!["prometheus"]!;
        Assert.Contains("./deploy/observability/alerts.yml:/etc/prometheus/alerts.yml:ro", Settings.Texts(compose["volumes"]));
        foreach (var config in new[] { "prometheus.yml", "prometheus-kubernetes.yml" })
        {
            Assert.Equal(["alerts.yml"], Settings.Texts(Yaml.Read($"deploy/observability/{config}")["rule_files"]));
        }
    }

    [Fact]
    public async Task Alerts_OfKnownSeries_AreRaisedAndNoOthers()
    {
        await using var process = ServerProcess.Start("promtool", ["test", "rules", Repository.In("tests/deploy/alerts-test.yml")], [], _directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{process.Output}\n{process.Errors}");
    }

    [Fact]
    public async Task Promtool_RefusesAQueryThatIsNone()
    {
        var file = await WriteAsync("rules.yml", """{"groups":[{"name":"g","rules":[{"record":"q","expr":"sum(rate(x[5m])"}]}]}""");
        await using var process = ServerProcess.Start("promtool", ["check", "rules", file], [], _directory.Path);
        Assert.Equal(1, await process.WaitForExitAsync());
    }

    [Fact]
    public void Dashboard_IsProvisioned_AndAsksSourcesThatAre()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.In(Dashboard.File)))!;
        var panels = dashboard["panels"]!.AsArray();
        Assert.Equal(panels.Count, panels.Select(static panel => panel!["id"]!.GetValue<int>()).Distinct().Count());
        Assert.All(panels, static panel => Assert.NotEmpty(panel!["title"]!.GetValue<string>()));
        // No two in one place.
        var cells = panels.SelectMany(static panel =>
        {
            int Of(string name) => panel!["gridPos"]![name]!.GetValue<int>();
            Assert.True(Of("x") + Of("w") <= 24);
            return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
        }).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());

        const string provisioning = "deploy/observability/grafana/provisioning";
        var sources = Yaml.Read($"{provisioning}/datasources/platform.yaml")["datasources"]!.AsArray();
        var used = panels.Where(static panel => panel!["datasource"] is not null).Select(static panel => panel!["datasource"]!["uid"]!.GetValue<string>())
            .Concat(dashboard["templating"]!["list"]!.AsArray().Select(static one => one!["datasource"]!["uid"]!.GetValue<string>())).Distinct();
        Assert.Equal(["prometheus"], used);
        Assert.Contains(sources, static source => source!["uid"]!.GetValue<string>() == "prometheus");

        var compose = Yaml.Read("docker-compose.yml")["services"]!.AsObject();
        Assert.All(sources, source => Assert.True(compose.ContainsKey(new Uri(source!["url"]!.GetValue<string>()).Host)));
        var folder = Yaml.Read($"{provisioning}/dashboards/platform.yaml")["providers"]![0]!["options"]!["path"]!.GetValue<string>();
        Assert.Contains($"./{Path.GetDirectoryName(Dashboard.File)}:{folder}:ro", Settings.Texts(compose["grafana"]!["volumes"]));
        Assert.Contains($"./{provisioning}:/etc/grafana/provisioning:ro", Settings.Texts(compose["grafana"]!["volumes"]));
        Assert.Equal($"{folder}/platform.json", Settings.Map(compose["grafana"]!["environment"])["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]);
    }

    [Fact]
    public void Collector_PipelinesAreOfItsParts_AndEachPartIsInOne()
    {
        var collector = Yaml.Read("deploy/observability/collector.yaml");
        Assert.Equal(["exporters", "processors", "receivers", "service"], collector.Select(static one => one.Key).Order());
        var pipelines = collector["service"]!["pipelines"]!.AsObject();
        // What the platform sends.
        Assert.Equal(["logs", "metrics", "traces"], pipelines.Select(static one => one.Key).Order());
        foreach (var kind in new[] { "receivers", "processors", "exporters" })
        {
            var named = pipelines.SelectMany(one => Settings.Texts(one.Value![kind])).Distinct();
            Assert.Equal(collector[kind]!.AsObject().Select(static one => one.Key).Order(), named.Order());
        }

        var compose = Yaml.Read("docker-compose.yml")["services"]!.AsObject();
        var endpoint = collector["exporters"]!["otlp/traces"]!["endpoint"]!.GetValue<string>();
        Assert.True(compose.ContainsKey(endpoint.Split(':')[0]), endpoint);
        Assert.Equal("0.0.0.0:4317", collector["receivers"]!["otlp"]!["protocols"]!["grpc"]!["endpoint"]!.GetValue<string>());
        Assert.Contains("./deploy/observability/collector.yaml:/etc/otelcol/config.yaml:ro", Settings.Texts(compose["collector"]!["volumes"]));
        Assert.Contains("--config=/etc/otelcol/config.yaml", Settings.Texts(compose["collector"]!["command"]));
    }

    private async Task CheckAsync(string what, string file)
    {
        await using var process = ServerProcess.Start("promtool", ["check", what, file], [], _directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{process.Output}\n{process.Errors}");
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_directory.Combine(name), text);
        return _directory.Combine(name);
    }

    [GeneratedRegex(@"\$__rate_interval")]
    private static partial Regex Variable();
}
