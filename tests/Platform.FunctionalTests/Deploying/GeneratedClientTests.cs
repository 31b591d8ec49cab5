using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>A TypeScript client, generated from the OpenAPI document that the platform serves, deploys an app (tests/client/deploy.ts).</summary>
public sealed class GeneratedClientTests
{
    [Fact]
    public async Task Client_GeneratedFromTheDocument_DeploysAnApp()
    {
        await Shell.RunAsync("tests/npm.sh", "client");
        await using var platform = await PlatformServer.StartAsync();
        using var directory = new TemporaryDirectory();
        var source = Path.Combine(Repository.Root, "tests/client");
        foreach (var name in (string[])["deploy.ts", "tsconfig.json", "package.json"])
        {
            File.Copy(Path.Combine(source, name), directory.Combine(name));
        }

        Directory.CreateSymbolicLink(directory.Combine("node_modules"), Path.Combine(source, "node_modules"));
        await File.WriteAllTextAsync(directory.Combine("openapi.json"), await platform.Http.GetStringAsync("/openapi/v1.json"));

        await RunAsync(directory, "node_modules/.bin/openapi-ts", "-i", "openapi.json", "-o", "api", "-c", "@hey-api/client-fetch", "--no-log-file");
        await RunAsync(directory, "node_modules/.bin/tsc", "-p", ".");
        var printed = await RunAsync(directory, "node", "js/deploy.js", platform.Url.GetLeftPart(UriPartial.Authority), platform.OperatorToken, Repository.Guest("c-hello"));

        var answer = JsonNode.Parse(printed)!;
        Assert.Equal(1, answer["version"]!.GetValue<int>());
        Assert.Equal("ready", answer["state"]!.GetValue<string>());
        Assert.Equal(1, answer["live"]!.GetValue<int>());
        Assert.Equal("By a generated client", answer["message"]!.GetValue<string>());
        Assert.Equal("urn:platform:problem:not-found", answer["problem"]!.GetValue<string>());
        using var called = await platform.GetAppAsync("hello--generated.localhost");
        Assert.Equal("Hello from WebAssembly\n", await called.Content.ReadAsStringAsync());
    }

    private static async Task<string> RunAsync(TemporaryDirectory directory, string program, params string[] arguments)
    {
        await using var process = ServerProcess.Start(program.StartsWith("node_", StringComparison.Ordinal) ? directory.Combine(program) : program, arguments, [], directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{program} {string.Join(' ', arguments)}:\n{process.Output}\n{process.Errors}");
        return process.Output;
    }
}
