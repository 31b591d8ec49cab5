using System.Collections.Immutable;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;

namespace Platform.Worker.Tests.Invocation;

/// <summary>What is set for an app, as its requests find it: no deploy between.</summary>
public sealed class ConfigurationTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task Configuration_Changed_IsSeenByTheNextRequestAndNotByARunningOne()
    {
        using var started = new ManualResetEventSlim();
        using var changed = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(request =>
        {
            if (request.Headers.Any(static header => header.Name == "x-wait"))
            {
                started.Set();
                Assert.True(Guest.Wait(request, changed), "the client is there");
            }

            return Guest.Answer(request, Describe(request));
        });
        var version = Deploy(server);
        Configure(server, version, new AppConfiguration(1, Values(("host", "one.example.com"), ("key", "k1")), new LimitsDocument(WallMs: 20_000)));
        using var waiting = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "x-wait", "1" } } };
        var running = server.Client.SendAsync(waiting);
        Assert.True(started.Wait(TimeSpan.FromSeconds(20)), "the guest runs");

        Configure(server, version, new AppConfiguration(2, Values(("host", "two.example.com")), new LimitsDocument(WallMs: 10_000, Fuel: 7)));
        Assert.Equal("https://two.example.com/v1 - one:False two:True wall:10 fuel:5", await server.Client.GetStringAsync(Root));
        changed.Set();

        using var response = await running;
        Assert.Equal("https://one.example.com/v1 k1 one:True two:False wall:20 fuel:5", await response.Content.ReadAsStringAsync());
        Configure(server, version, AppConfiguration.Empty);
        Assert.Equal("https://default.example.com/v1 - one:False two:False wall:30 fuel:5", await server.Client.GetStringAsync(Root));
    }

    [Fact]
    public async Task Configuration_TheSame_IsResolvedOnceAndAnotherKeepsTheFiles()
    {
        var files = new List<(SandboxFiles? Files, SandboxLimits Limits)>();
        await using var server = await InvokerServer.StartAsync(request =>
        {
            files.Add((request.Files, request.Limits));
            return Guest.Answer(request, "");
        });
        var version = Deploy(server);
        foreach (var revision in (int[])[1, 2])
        {
            Configure(server, version, new AppConfiguration(revision, Values(), new LimitsDocument()));
            await server.Client.GetStringAsync(Root);
            await server.Client.GetStringAsync(Root);
        }

        Assert.NotNull(files[0].Files);
        Assert.All(files, seen => Assert.Same(files[0].Files, seen.Files));
        Assert.Same(files[0].Limits, files[1].Limits);
        Assert.NotSame(files[1].Limits, files[2].Limits);
        Assert.Same(files[2].Limits, files[3].Limits);
    }

    private static string Describe(SandboxRequest request)
    {
        var variables = request.Capabilities!.Variables;
        var outbound = (RequestOutbound)request.Outbound!;
        return $"{variables["url"]} {variables.GetValueOrDefault("key", "-")} one:{outbound.Permits("https", "one.example.com", null, 443)} two:{outbound.Permits("https", "two.example.com", null, 443)} "
            + $"wall:{request.Limits.Wall.TotalSeconds} fuel:{request.Limits.Fuel}";
    }

    private static VersionDocument Deploy(InvokerServer server) => new()
    {
        Components =
        [
            new ComponentDocument
            {
                Id = "web",
                ModuleSha256 = server.Source.Add("module a"),
                Variables = new Dictionary<string, string> { ["url"] = "https://{{ host }}/v1", ["key"] = "{{ key }}" },
                AllowedOutboundHosts = ["https://{{ host }}"],
                Files = [new FileDocument("/a.txt", 1, new string('0', 64))],
                Limits = new LimitsDocument(Fuel: 5),
            },
        ],
        Routes = [new RouteDocument("/...", "web")],
        Variables = new Dictionary<string, VariableDocument> { ["host"] = new("default.example.com", IsSecret: false), ["key"] = new(null, IsSecret: true) },
    };

    private static void Configure(InvokerServer server, VersionDocument version, AppConfiguration configuration)
    {
        var app = new AppSnapshot(1, "acme", "shop", 3, ImmutableDictionary<int, VersionDocument>.Empty.Add(3, version)) { Configuration = configuration };
        server.Snapshots.Current = server.Snapshots.Current with
        {
            Revision = server.Snapshots.Current.Revision + 1,
            Apps = ImmutableDictionary<AppKey, AppSnapshot>.Empty.Add(new AppKey("acme", "shop"), app),
        };
    }

    private static ImmutableDictionary<string, string> Values(params (string Name, string Value)[] values) =>
        values.ToImmutableDictionary(static value => value.Name, static value => value.Value, StringComparer.Ordinal);
}
