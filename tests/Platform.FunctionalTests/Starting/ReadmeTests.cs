using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>The README's commands, run by bash exactly as they stand there, in a network namespace of their own, since they name port 8080.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Readme_FirstDeploy_WorksAsPrinted()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var blocks = Block().Matches(readme).Select(match => match.Groups["commands"].Value).ToList();
        var start = blocks[0].Split('\n')[0];
        var deploy = blocks[1];
        Assert.Equal("dotnet run --project src/Platform.Host", start);
        var usage = blocks.Single(block => block.Contains("granularity=hour", StringComparison.Ordinal));
        Assert.Equal(4, deploy.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        // A tree of its own, so that the data directory is new. It was built by whoever built the tests.
        using var directory = new TemporaryDirectory();
        foreach (var entry in new DirectoryInfo(Repository.Root).EnumerateFileSystemInfos().Where(entry => entry.Name is not (".git" or ".platform")))
        {
            Directory.CreateSymbolicLink(directory.Combine(entry.Name), entry.FullName);
        }

        var script = directory.Combine("script");
        await File.WriteAllTextAsync(script, $$"""
            ip link set lo up
            {{start}} --no-build -c {{Repository.Configuration}} > started &
            until grep -q 'listening on' started; do kill -0 $! || exit 1; sleep 0.1; done
            set -e
            {{blocks[0].Split('\n')[1]}}
            {{HostHeader().Match(readme).Groups["command"].Value}}
            {{deploy}}
            {{usage}}
            kill $(head -1 .platform/lock)
            wait $!
            """);
        await using var process = ServerProcess.Start("unshare", ["--user", "--map-root-user", "--net", "bash", script], [], directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{process.Output}\n{process.Errors}");
        Assert.Equal(3, process.Output.Split('\n').Count(line => line.EndsWith("Hello from WebAssembly", StringComparison.Ordinal)));
        Assert.Contains("\"requestsPerSecond\":50", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("urn:platform:problem", process.Output, StringComparison.Ordinal);
        Assert.Contains("http://hello--acme.localhost:8080/", process.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```bash\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`(?<command>curl -H 'Host: [^`]*)`")]
    private static partial Regex HostHeader();
}
