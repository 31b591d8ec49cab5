using Platform.Cluster;
using Platform.Host.Demo;
using Platform.Host.Pages;

namespace Platform.Host;

/// <summary>What is printed once the platform listens.</summary>
internal static class Banner
{
    /// <summary>Writes version, data directory, URLs, where the dashboard is and the next commands.</summary>
    public static void Write(TextWriter output, string dataDirectory, IEnumerable<string> urls, NextCommands commands, bool demo)
    {
        output.WriteLine($"Platform {ProductVersion.Text}");
        output.WriteLine($"data directory  {dataDirectory}");
        foreach (var url in urls)
        {
            output.WriteLine($"listening on    {url}");
        }

        output.WriteLine($"dashboard       {commands.Dashboard}");
        if (demo)
        {
            output.WriteLine();
            output.WriteLine($"The sample app '{DemoApp.App}' of tenant '{DemoApp.Tenant}' answers:");
            Write(output, commands.Demo);
        }

        output.WriteLine();
        output.WriteLine("From a .wasm file to a URL:");
        Write(output, commands.Deploy);
        output.WriteLine();
        output.Flush();
    }

    /// <summary>Writes what a process of a cluster is.</summary>
    public static void Write(TextWriter output, string dataDirectory, IEnumerable<string> urls, ClusterOptions cluster)
    {
        output.WriteLine($"Platform {ProductVersion.Text}");
        output.WriteLine($"node            {cluster.NodeId} ({cluster.Roles.ToString().ToLowerInvariant()})");
        output.WriteLine($"data directory  {dataDirectory}");
        foreach (var url in urls)
        {
            output.WriteLine($"listening on    {url}");
        }

        output.Flush();
    }

    private static void Write(TextWriter output, IReadOnlyList<string> commands)
    {
        foreach (var command in commands)
        {
            output.WriteLine("  " + command);
        }
    }
}
