using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Platform.Deploy.Tests.Images;

namespace Platform.Deploy.Tests.Compose;

/// <summary><c>docker-compose.yml</c>: by the specification's schema, and what its parts say of each other.</summary>
public sealed partial class ComposeFileTests
{
    private const string File = "docker-compose.yml";
    private static readonly string[] Platform = ["control", "gateway-1", "gateway-2", "sqlite", "worker-1", "worker-2", "worker-3"];

    private static readonly JsonSchema Schema = ReadSchema();

    private readonly JsonObject _compose = Yaml.Read(File);

    private JsonObject Services => _compose["services"]!.AsObject();

    [Fact]
    public void File_IsOneOfTheComposeSpecification() => Assert.Empty(Errors(_compose));

    [Theory]
    [InlineData("read_only", "read_onyl", "read_onyl")]
    [InlineData("condition: service_healthy", "condition: service_wealthy", "condition")]
    public void File_MistypedInOnePlace_IsNone(string from, string to, string names)
    {
        var text = System.IO.File.ReadAllText(Repository.In(File));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Contains(names, Errors(Yaml.Parse(text.Replace(from, to, StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void Services_AreTheClusterAndWhatWatchesIt()
    {
        Assert.Equal([.. Platform, "collector", "grafana", "jaeger", "postgres", "prometheus", "redis"], Services.Select(static one => one.Key).Order().OrderBy(name => !Platform.Contains(name)));
        foreach (var name in Platform)
        {
            var command = Command(name);
            Assert.Equal(name.Split('-')[0], Settings.Option(command, "--roles"));
            Assert.StartsWith("/data/", Settings.Option(command, "--data-dir"), StringComparison.Ordinal);
            Assert.Contains(Settings.Texts(Services[name]!["volumes"]), volume => volume == $"{name}:/data");
            Assert.Equal("deploy/Dockerfile", Services[name]!["build"]!["dockerfile"]!.GetValue<string>());
            Assert.Equal(["CMD", Dockerfile.Read().Entrypoint[0], "health", "--url"], Settings.Texts(Services[name]!["healthcheck"]!["test"]).SkipLast(1));
        }
    }

    [Fact]
    public void Services_HaveNoPrivileges_AndLimits()
    {
        Assert.All(Services, static one =>
        {
            var (name, service) = (one.Key, one.Value!);
            Assert.True(service["read_only"]?.GetValue<bool>(), $"{name} may write to its root file system");
            Assert.Equal(["ALL"], Settings.Texts(service["cap_drop"]));
            Assert.Null(service["cap_add"]);
            Assert.Null(service["privileged"]);
            Assert.Equal(["no-new-privileges:true"], Settings.Texts(service["security_opt"]));
            Assert.NotNull(service["deploy"]?["resources"]?["limits"]?["memory"]);
            Assert.DoesNotContain(":latest", service["image"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Contains(':', service["image"]!.GetValue<string>());
        });
        Assert.All(new[] { "postgres", "redis" }, name => Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", Services[name]!["user"]!.GetValue<string>()));
        // Ports of the machine: on loopback unless the operator says otherwise.
        Assert.All(
            Services.SelectMany(static one => Settings.Texts(one.Value!["ports"])),
            static port => Assert.Matches(@"^(\$\{PLATFORM_BIND:-127\.0\.0\.1\}|127\.0\.0\.1):[0-9]+:[0-9]+$", port));
    }

    [Fact]
    public async Task Secrets_AreFiles_ThatTheScriptMakes_AndNoneIsInTheEnvironment()
    {
        using var directory = new TemporaryDirectory();
        var secrets = directory.Combine("secrets");
        await Shell.RunAsync("deploy/compose/secrets.sh", secrets);
        var made = Directory.GetFiles(secrets).ToDictionary(static file => Path.GetFileName(file), System.IO.File.ReadAllText);
        Assert.Equal(_compose["secrets"]!.AsObject().Select(static one => one.Key).Order(), made.Keys.Order());
        Assert.All(_compose["secrets"]!.AsObject(), static one => Assert.Equal($"deploy/compose/secrets/{one.Key}", one.Value!["file"]!.GetValue<string>()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(secrets));
        Assert.All(Directory.GetFiles(secrets), static file => Assert.True(System.IO.File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead), $"{file}: containers' users can't read it"));
        Assert.Equal(32, Convert.FromBase64String(made["cluster-key"].Trim()).Length);
        Assert.Equal(32, Convert.FromBase64String(made["master-key"].Trim()).Length);
        Assert.Contains(made["postgres-password"], made["postgres-connection"], StringComparison.Ordinal);
        Assert.Contains($"requirepass {made["redis-password"]}\n", made["redis.conf"], StringComparison.Ordinal);
        Assert.Contains("appendonly yes\n", made["redis.conf"], StringComparison.Ordinal);
        Assert.Equal($"redis:6379,password={made["redis-password"]}", made["redis-connection"].Trim());

        // Once made they stay.
        await Shell.RunAsync("deploy/compose/secrets.sh", secrets);
        Assert.All(made, one => Assert.Equal(one.Value, System.IO.File.ReadAllText(Path.Combine(secrets, one.Key))));

        Assert.All(Services.SelectMany(static one => Settings.Map(one.Value!["environment"])), static one =>
            Assert.True(!SecretName().IsMatch(one.Key) || one.Value.StartsWith("/run/secrets", StringComparison.Ordinal), $"{one.Key} is in the environment"));
        Assert.All(Services, static one => Assert.All(
            Settings.Map(one.Value!["environment"]).Values.Concat(Settings.Texts(one.Value!["command"])).Where(static value => value.StartsWith("/run/secrets/", StringComparison.Ordinal)),
            path => Assert.Contains(SecretsOf(one.Value!), secret => path == $"/run/secrets/{secret.Target}")));
        Assert.All(Services.SelectMany(static one => SecretsOf(one.Value!)), secret => Assert.Contains(secret.Source, made.Keys));
    }

    [Fact]
    public void Secrets_AreWithThoseOnlyThatNeedThem()
    {
        Dictionary<string, string[]> expected = new()
        {
            ["control"] = ["ConnectionStrings__Postgres", "ConnectionStrings__Redis", "Platform__ClusterKey", "Platform__MasterKey", "operator-token"],
            ["gateway"] = ["Platform__ClusterKey"],
            ["sqlite"] = ["Platform__ClusterKey"],
            ["worker"] = ["ConnectionStrings__Redis", "Platform__ClusterKey"],
        };
        Assert.All(Platform, name => Assert.Equal(expected[name.Split('-')[0]], SecretsOf(Services[name]!).Select(static one => one.Target).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public Task Settings_AreKnownToTheProgram() => Settings.ExpectKnownAsync(
        Platform.SelectMany(name => Settings.Map(Services[name]!["environment"])).DistinctBy(static one => one.Key).Select(static one => KeyValuePair.Create(one.Key, Default().Replace(one.Value, "${value}"))));

    [Fact]
    public void Addresses_AreThoseOfServices_ThatShareANetwork()
    {
        foreach (var name in Platform)
        {
            var settings = Settings.Map(Services[name]!["environment"]);
            ExpectReachable(name, new Uri(settings["Platform__ControlUrls__0"]), "control", Port("control", "--internal-urls"));
            ExpectReachable(name, new Uri(settings["OTEL_EXPORTER_OTLP_ENDPOINT"]), "collector", 4317);
            var health = new Uri(Settings.Texts(Services[name]!["healthcheck"]!["test"])[^1]);
            Assert.Equal(new Uri(settings["Platform__MetricsUrls"]).Port, health.Port);
            if (name.StartsWith("worker", StringComparison.Ordinal))
            {
                var advertised = new Uri(settings["Platform__AdvertiseUrl"]);
                Assert.All(Platform, other => ExpectReachable(other, advertised, name, Port(name, "--internal-urls")));
            }
        }

        foreach (var name in Platform.Where(static name => name == "control" || name.StartsWith("worker", StringComparison.Ordinal)))
        {
            var (setting, url) = Assert.Single(Settings.Map(Services[name]!["environment"]), static one => one.Key.StartsWith("Platform__SqliteUrls", StringComparison.Ordinal));
            Assert.Equal("Platform__SqliteUrls__0", setting);
            ExpectReachable(name, new Uri(url), "sqlite", Port("sqlite", "--internal-urls"));
        }

        foreach (var gateway in new[] { "gateway-1", "gateway-2" })
        {
            var port = Assert.Single(Settings.Texts(Services[gateway]!["ports"])).Split(':')[^1];
            Assert.Equal(Port(gateway, "--urls"), int.Parse(port, CultureInfo.InvariantCulture));
        }

        ExpectReachable("control", new Uri("http://postgres:5432"), "postgres", 5432);
        ExpectReachable("control", new Uri("http://redis:6379"), "redis", 6379);
        ExpectReachable("worker-1", new Uri("http://redis:6379"), "redis", 6379);

        // PostgreSQL's network is for control planes alone, and only guests' way out leaves the machine.
        Assert.Equal(["control", "postgres"], Services.Where(static one => Networks(one.Value!).Contains("store")).Select(static one => one.Key).Order());
        Assert.All(new[] { "cluster", "store", "telemetry" }, network => Assert.True(_compose["networks"]![network]!["internal"]!.GetValue<bool>()));
        Assert.DoesNotContain("egress", new[] { "postgres", "redis", "sqlite" }.SelectMany(name => Networks(Services[name]!)));
    }

    [Fact]
    public void Parts_ThatAreNamed_AreThere()
    {
        foreach (var (name, service) in Services)
        {
            foreach (var (other, dependency) in service!["depends_on"]?.AsObject() ?? [])
            {
                Assert.True(Services.ContainsKey(other), $"{name} waits for {other}");
                Assert.True(dependency!["condition"]!.GetValue<string>() != "service_healthy" || Services[other]!["healthcheck"] is not null, $"{name} waits for the health of {other}, which has no check");
            }

            Assert.All(Networks(service), network => Assert.True(_compose["networks"]!.AsObject().ContainsKey(network), $"{name}: network {network}"));
            foreach (var mount in Settings.Texts(service["volumes"]).Select(static volume => volume.Split(':')))
            {
                Assert.True(mount[0][0] == '.' ? Path.Exists(Repository.In(mount[0])) : _compose["volumes"]!.AsObject().ContainsKey(mount[0]), $"{name}: volume {mount[0]}");
            }
        }

        var used = Services.SelectMany(static one => Settings.Texts(one.Value!["volumes"])).Select(static volume => volume.Split(':')[0]).Where(static source => source[0] != '.');
        Assert.Equal(_compose["volumes"]!.AsObject().Select(static one => one.Key).Order(), used.Order());
    }

    [Fact]
    public void Workers_HaveMemoryForGuestsAndACompile_AndTimeToDrain()
    {
        foreach (var name in Platform)
        {
            Assert.Equal("45s", Services[name]!["stop_grace_period"]!.GetValue<string>());
        }

        foreach (var name in Platform.Where(static name => name.StartsWith("worker", StringComparison.Ordinal)))
        {
            var limits = Services[name]!["deploy"]!["resources"]!["limits"]!;
            var memory = MemorySize().Match(limits["memory"]!.GetValue<string>());
            Assert.True(memory.Success);
            Memory.ExpectFits(
                long.Parse(memory.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) << 30,
                int.Parse(limits["cpus"]!.GetValue<string>(), CultureInfo.InvariantCulture),
                long.Parse(Settings.Map(Services[name]!["environment"])["Platform__Worker__CompileMemoryBytes"], CultureInfo.InvariantCulture));
        }
    }

    private IReadOnlyList<string> Command(string name) => Settings.Texts(Services[name]!["command"]);

    private int Port(string name, string option) => new Uri(Settings.Option(Command(name), option)).Port;

    private void ExpectReachable(string from, Uri url, string to, int port)
    {
        Assert.Equal(to, url.Host);
        Assert.Equal(port, url.Port);
        Assert.True(from == to || Networks(Services[from]!).Intersect(Networks(Services[to]!)).Any(), $"{from} and {to} share no network");
    }

    private static IReadOnlyList<string> Networks(JsonNode service) => Settings.Texts(service["networks"]);

    private static IEnumerable<(string Source, string Target)> SecretsOf(JsonNode service) => (service["secrets"]?.AsArray() ?? []).Select(static one =>
        one is JsonObject map ? (map["source"]!.GetValue<string>(), map["target"]!.GetValue<string>()) : (one!.GetValue<string>(), one.GetValue<string>()));

    private static string Errors(JsonObject compose)
    {
        var result = Schema.Evaluate(JsonElement.Parse(compose.ToJsonString()), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? "" : string.Join('\n', result.Details!.Where(static one => one.Errors is not null).Select(static one => $"{one.InstanceLocation}: {string.Join("; ", one.Errors!.Values)}"));
    }

    // The specification's, in an npm package (tests/deploy). It names its dialect by another scheme than the dialect does.
    private static JsonSchema ReadSchema()
    {
        var schema = JsonNode.Parse(System.IO.File.ReadAllText(Repository.In("tests/deploy/node_modules/dclint/schemas/compose.schema.json")))!.AsObject();
        Assert.Equal("https://json-schema.org/draft-07/schema", schema["$schema"]!.GetValue<string>());
        schema.Remove("$schema");
        return JsonSchema.FromText(schema.ToJsonString(), new BuildOptions { Dialect = Dialect.Draft07 });
    }

    [GeneratedRegex("(?i)password|token|secret|key|connection")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\$\{[A-Z_]+:-(?<value>[^}]*)\}")]
    private static partial Regex Default();

    [GeneratedRegex("^(?<number>[0-9]+)G$")]
    private static partial Regex MemorySize();
}
