using System.Text.Json.Nodes;
using Platform.Worker;

namespace Platform.Deploy.Tests;

/// <summary>Settings that deployments give to the program.</summary>
internal static class Settings
{
    /// <summary>Fails for one that the program doesn't know: it would refuse to start.</summary>
    /// <param name="settings">Names as in the environment, with values.</param>
    public static async Task ExpectKnownAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var all = settings.ToList();
        Assert.All(all, static setting => Assert.Matches("^(Platform__|ConnectionStrings__(Postgres|Redis)$|OTEL_EXPORTER_OTLP_ENDPOINT$|DOTNET_ThreadPool_UnfairSemaphoreSpinLimit$|POD_IP$)", setting.Key));
        const string worker = "Platform__Worker__";
        var known = typeof(WorkerOptions).GetProperties().Where(static property => property.CanWrite).Select(static property => property.Name).ToList();
        foreach (var (name, _) in all.Where(static setting => setting.Key.StartsWith(worker, StringComparison.Ordinal)))
        {
            Assert.Contains(name[worker.Length..], known);
        }

        // The command reads the settings, and is done for then: the token is mounted.
        using var directory = new TemporaryDirectory();
        var given = all.Where(static setting => setting.Key.StartsWith("Platform__", StringComparison.Ordinal) && setting.Key != "Platform__SecretsDirectory").ToDictionary(StringComparer.Ordinal);
        given["Platform__OperatorTokenFile"] = "/run/secrets/token";
        await using var process = ServerProcess.Start(Repository.HostProgram, ["new-operator-token", "--data-dir", directory.Path], given, directory.Path);
        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.Contains("the token is mounted at /run/secrets/token", process.Errors, StringComparison.Ordinal);
    }

    /// <summary>The value after an option of a command.</summary>
    public static string Option(IReadOnlyList<string> command, string name) => command[command.ToList().IndexOf(name) + 1];

    /// <summary>Texts of a list.</summary>
    public static IReadOnlyList<string> Texts(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(static one => one!.GetValue<string>())];

    /// <summary>A map's names and values, whatever their types.</summary>
    public static IReadOnlyDictionary<string, string> Map(JsonNode? map) => (map?.AsObject() ?? []).ToDictionary(static one => one.Key, static one => one.Value!.ToString());
}
