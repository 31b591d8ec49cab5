using System.Reflection;

namespace Platform.FunctionalTests.Hosting;

/// <summary>Where things are in the working tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program as it was built, of the same configuration as the tests.</summary>
    public static string HostProgram => Path.Combine(Root, "src/Platform.Host/bin", Configuration, "net10.0/Platform.Host");

    /// <summary>A guest in the tree.</summary>
    public static string Guest(string name) => Path.Combine(Root, "tests/guests/bin", name + ".wasm");

    private static string Configuration =>
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration
        ?? throw new InvalidOperationException("the test assembly names no configuration");

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
