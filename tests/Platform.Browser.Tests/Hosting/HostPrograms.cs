using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Hosting;

/// <summary>The program in both ways that people start it, with its data in a directory of its own.</summary>
internal static class HostPrograms
{
    /// <summary>As the README says: from the tree, with no profile.</summary>
    public static ServerProcess Run(TemporaryDirectory directory) =>
        ServerProcess.Start("dotnet", ["run", "--project", Repository.In("src/Platform.Host"), "--no-build", "-c", Repository.Configuration, "--", .. Arguments(directory)], [], directory.Path);

    /// <summary>Published, and started from where it was put.</summary>
    public static async Task<ServerProcess> PublishAsync(TemporaryDirectory directory)
    {
        var app = directory.Combine("app");
        await using (var publish = ServerProcess.Start("dotnet", ["publish", Repository.In("src/Platform.Host"), "--no-build", "-c", Repository.Configuration, "-o", app], [], directory.Path))
        {
            Assert.True(await publish.WaitForExitAsync() == 0, publish.Output + publish.Errors);
        }

        // What tells the program of the build's directories isn't published.
        Assert.Empty(Directory.GetFiles(app, "*.staticwebassets.runtime.json"));
        return ServerProcess.Start(Path.Combine(app, "Platform.Host"), Arguments(directory), [], directory.Path);
    }

    /// <summary>The token that the first start wrote.</summary>
    public static async Task<string> OperatorTokenAsync(TemporaryDirectory directory) => (await File.ReadAllTextAsync(Path.Combine(directory.Combine("data"), "operator-token"))).Trim();

    private static string[] Arguments(TemporaryDirectory directory) => ["--urls", "http://127.0.0.1:0", "--data-dir", directory.Combine("data"), "--demo", "false"];
}
