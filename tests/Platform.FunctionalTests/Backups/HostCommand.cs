using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Backups;

/// <summary>Commands of the program, run to their end as an operator would.</summary>
internal static class HostCommand
{
    /// <summary>Runs one that is done; what it wrote.</summary>
    public static async Task<string> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var (code, output) = await TryAsync(settings, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }

    /// <summary>Runs one that is refused; the one line that says why.</summary>
    public static async Task<string> RefusedAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var (code, output) = await TryAsync(settings, arguments);
        Assert.True(code == 1, $"{string.Join(' ', arguments)} ended with {code}: {output}");
        return Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int Code, string Output)> TryAsync(IReadOnlyDictionary<string, string> settings, string[] arguments)
    {
        await using var process = ServerProcess.Start(Repository.HostProgram, arguments, settings, Path.GetTempPath());
        var code = await process.WaitForExitAsync();
        return (code, process.Output + process.Errors);
    }
}
