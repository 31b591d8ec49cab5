using System.Collections.Concurrent;

namespace Platform.FunctionalTests.Hosting;

/// <summary>
/// Guests as a platform compiled them, once for the whole run: half a minute of a processor for one in JavaScript. A platform that isn't about compiling begins with what that one
/// left, as one does that had the module before.
/// </summary>
internal static class CompiledGuests
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Compiled = new();

    /// <summary>Puts the compiled guest into a data directory that no platform has used.</summary>
    public static async Task PutAsync(string guest, string dataDirectory) =>
        Copy(await Compiled.GetOrAdd(guest, static key => new Lazy<Task<string>>(() => CompileAsync(key))).Value, dataDirectory);

    /// <summary>Puts what one platform compiled into the data directory of another.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(from, "artifacts"), "*", SearchOption.AllDirectories).Append(Path.Combine(from, "artifact.key")))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<string> CompileAsync(string guest)
    {
        var directory = new TemporaryDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Dispose();
        await using var server = await PlatformServer.StartAsync(
            directory.Combine("data"), settings: new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50" });
        var tenant = await server.CreateTenantAsync("compiler");
        await tenant.DeployAsync("app", guest);
        Assert.Equal(0, await server.StopAsync());
        return server.DataDirectory;
    }
}
