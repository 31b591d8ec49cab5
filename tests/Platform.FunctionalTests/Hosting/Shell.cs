namespace Platform.FunctionalTests.Hosting;

/// <summary>Scripts of the tree, run as a person would.</summary>
internal static class Shell
{
    /// <summary>Runs a script from the root of the tree to its end; fails unless it ends with 0. What it wrote.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        await using var process = ServerProcess.Start(
            Path.Combine(Repository.Root, script),
            arguments,
            new Dictionary<string, string> { ["CONFIGURATION"] = Repository.Configuration, ["PLATFORM_BUILT"] = "1" },
            Repository.Root);
        var code = await process.WaitForExitAsync(5 * ServerProcess.Patience);
        Assert.True(code == 0, $"{script} {string.Join(' ', arguments)} ended with {code}:\n{process.Output}\n{process.Errors}");
        return process.Output;
    }
}
