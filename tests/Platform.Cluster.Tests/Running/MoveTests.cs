using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Moving;
using Platform.Testing;

namespace Platform.Cluster.Tests.Running;

/// <summary>From one machine to many: what one process had, a cluster has.</summary>
public sealed class MoveTests(UsedPlatform platform) : IClassFixture<UsedPlatform>
{
    [Fact]
    public async Task Cluster_OnWhatOneProcessHad_HasEverything()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__Postgres"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            ["ConnectionStrings__Redis"] = redis.ConnectionString,
        };
        await HostCommand.RunAsync(settings, "move", "--data-dir", platform.Data, "--sqlite-data", directory.Combine("databases"));
        settings["Platform__MasterKey"] = platform.MasterKey;
        settings["Platform__Worker__CompileTimeout"] = "00:01:50";
        settings["Platform__Worker__UsageFlushInterval"] = "00:00:01";

        await using var cluster = await TestCluster.StartAsync(workers: 1, shards: 1, settings: settings, prepare: node =>
        {
            if (node.Name == "sqlite-1")
            {
                Directory.Move(directory.Combine("databases"), node.DataDirectory);
            }
            else if (node.Name == "control-1")
            {
                Directory.CreateDirectory(node.DataDirectory);
                File.Copy(Path.Combine(platform.Data, "operator-token"), Path.Combine(node.DataDirectory, "operator-token"));
            }
        });

        await platform.CheckAsync(cluster.Server);
        Assert.Equal(platform.Files, UsedPlatform.FilesOf(platform.Data));
    }
}
