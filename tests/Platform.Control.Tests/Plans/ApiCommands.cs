using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Control.OpenApi;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Plans;

/// <summary>Runs the documented commands of every operation, one after the other.</summary>
internal static partial class ApiCommands
{
    /// <summary>Runs all of them; the operations whose last call wasn't answered with a success.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(ControlServer server)
    {
        var directory = Directory.CreateTempSubdirectory("platform-commands-");
        try
        {
            foreach (var name in (string[])["docs", "tests"])
            {
                Directory.CreateSymbolicLink(Path.Combine(directory.FullName, name), Path.Combine(Root(), name));
            }

            var variables = string.Join(' ', CurlCommands.All.SelectMany(known => Variable().Matches(known.Command).Select(match => match.Groups["name"].Value)).Distinct());
            var script = string.Join('\n', CurlCommands.All.Select(known => $"operation={known.Operation}\n{known.Command}"));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "script"), $$"""
                API={{server.Address}}v1
                TOKEN={{ControlServer.OperatorToken}}
                curl() { command curl --dump-header "head-$operation" "$@"; }
                {{script}}
                """);
            using var bash = Process.Start(new ProcessStartInfo("bash", ["script"]) { WorkingDirectory = directory.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = bash.StandardOutput.ReadToEndAsync();
            var errors = bash.StandardError.ReadToEndAsync();
            await Task.WhenAll(output, errors, bash.WaitForExitAsync());
            return [.. CurlCommands.All.Select(static known => known.Operation).Where(operation => !Succeeded(Path.Combine(directory.FullName, $"head-{operation}")))];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    // The last head of several, as after "100 Continue".
    private static bool Succeeded(string head) =>
        File.Exists(head) && File.ReadLines(head).LastOrDefault(static line => line.StartsWith("HTTP/", StringComparison.Ordinal)) is { } status && status.Split(' ')[1][0] is '2' or '3';

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Platform.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Z_0-9]+)=", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
