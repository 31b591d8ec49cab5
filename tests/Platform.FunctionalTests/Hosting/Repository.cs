using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace Platform.FunctionalTests.Hosting;

/// <summary>Where things are in the working tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file or directory of the tree.</summary>
    public static string In(string path) => Path.Combine(Root, path);

    /// <summary>The program as it was built, of the same configuration as the tests.</summary>
    public static string HostProgram => Path.Combine(Root, "src/Platform.Host/bin", Configuration, "net10.0/Platform.Host");

    /// <summary>What the program loads to be killed at a step (<c>DOTNET_STARTUP_HOOKS</c>).</summary>
    public static string FaultHook => Path.Combine(Root, "tests/Platform.FaultHook/bin", Configuration, "net10.0/Platform.FaultHook.dll");

    /// <summary>A guest: in the tree, or, for a large one, where the build script keeps it (building it first when it must).</summary>
    public static string Guest(string name)
    {
        var small = Path.Combine(Root, "tests/guests/bin", name + ".wasm");
        return File.Exists(small) ? small : Large.GetOrAdd(name, static key => new Lazy<string>(() => BuildLarge(key))).Value;
    }

    private static readonly ConcurrentDictionary<string, Lazy<string>> Large = new();

    public static string Configuration =>
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration
        ?? throw new InvalidOperationException("the test assembly names no configuration");

    private static string BuildLarge(string name)
    {
        using var build = Process.Start(new ProcessStartInfo(Path.Combine(Root, "tests/guests/build.sh"), ["--path", name]) { RedirectStandardOutput = true })!;
        var path = build.StandardOutput.ReadToEnd().Trim();
        build.WaitForExit();
        return build.ExitCode == 0 ? path : throw new InvalidOperationException($"tests/guests/build.sh --path {name} failed with {build.ExitCode}");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"no Platform.sln above {AppContext.BaseDirectory}: run the tests from where they were built");
    }
}
