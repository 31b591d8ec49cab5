using System.Text.RegularExpressions;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Moving;

/// <summary>A used platform moved to PostgreSQL and Redis, by the commands of docs/operations.md.</summary>
[Collection(nameof(UsedPlatform))]
public sealed partial class MoveTests(UsedPlatform platform)
{
    [Fact]
    public async Task Move_OfAUsedPlatform_HasEverythingAndLeavesTheSource()
    {
        using var directory = new TemporaryDirectory();
        var postgres = await PostgresServer.SharedAsync();
        await using var redis = await RedisServer.StartAsync();
        var settings = new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync(), ["ConnectionStrings__Redis"] = redis.ConnectionString };
        var target = directory.Combine("sqlite data");

        var told = await RunDocumentedAsync(directory, settings, target);

        Assert.Equal(platform.Files, UsedPlatform.FilesOf(platform.Data));
        Assert.Equal("0", await File.ReadAllTextAsync(Path.Combine(target, "sqlite/shard")));
        Assert.Matches(@"table audit +[0-9,]+ rows  [0-9a-f]{64}\n", told);
        Assert.Matches($@"key-value data +{platform.Least.Values} values  [0-9a-f]{{64}}\n", told);
        Assert.Matches(@"database [0-9]+/default\.db +[0-9,]+ bytes  [0-9a-f]{64}\n", told);
        Assert.Contains(Path.Combine(platform.Data, "master.key"), told, StringComparison.Ordinal);
        Assert.DoesNotContain(platform.MasterKey, told, StringComparison.Ordinal);
        Assert.DoesNotContain(RedisServer.Password, told, StringComparison.Ordinal);
        await using (var client = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString))
        {
            Assert.All(client.GetServers().Single().Keys(), static key => Assert.StartsWith("platform:kv:", key));
        }

        await using (var server = await platform.StartMovedAsync(target, settings))
        {
            await platform.CheckAsync(server);

            // The new platform runs, and has gone on.
            var again = await HostCommand.RunAsync(settings, "move", "--data-dir", platform.Data, "--sqlite-data", target);
            Assert.Contains("was already moved to PostgreSQL at", again, StringComparison.Ordinal);
            Assert.Equal(Rows().Matches(told).Select(static row => row.Value), Rows().Matches(again).Select(static row => row.Value));
            await platform.CallAsync(server);
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.Equal(platform.Files, UsedPlatform.FilesOf(platform.Data));
    }

    private async Task<string> RunDocumentedAsync(TemporaryDirectory directory, Dictionary<string, string> settings, string target)
    {
        var docs = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/operations.md"));
        var lines = Section().Match(docs).Groups["commands"].Value.Split('\n');
        Assert.Equal("systemctl stop platform", lines[0]);
        var commands = string.Join('\n', lines[1..]);
        foreach (var (written, meant) in new[]
        {
            ("'Host=10.0.0.5;Database=platform;Username=platform;Password=…'", $"'{settings["ConnectionStrings__Postgres"]}'"),
            ("'10.0.0.6:6379,password=…'", $"'{settings["ConnectionStrings__Redis"]}'"),
            ("/var/lib/platform-sqlite", $"'{target}'"),
            ("/var/lib/platform", platform.Data),
        })
        {
            Assert.Contains(written, commands, StringComparison.Ordinal);
            commands = commands.Replace(written, meant, StringComparison.Ordinal);
        }

        var script = directory.Combine("script");
        await File.WriteAllTextAsync(script, $"set -eu\nPATH={Path.GetDirectoryName(Repository.HostProgram)}:$PATH\n{commands}");
        await using var process = ServerProcess.Start("bash", [script], [], directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{commands}\n{process.Output}\n{process.Errors}");
        Assert.Empty(process.Errors);
        return process.Output;
    }

    [GeneratedRegex("## From one machine to many\n.*?```bash\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex("^  .*$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
