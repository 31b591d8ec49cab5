using System.Globalization;

namespace Platform.Worker.Admission;

/// <summary>What this process may use of the machine.</summary>
/// <param name="MemoryBytes">Bytes of memory.</param>
/// <param name="MemorySource">Where the figure comes from, for the log.</param>
/// <param name="Processors">Processors; .NET has applied affinity and the cgroup's quota.</param>
internal sealed record NodeResources(long MemoryBytes, string MemorySource, int Processors)
{
    /// <summary>Reads the cgroup (v2, then v1) and the machine under <paramref name="root"/>; the smallest limit on the way up to the root counts.</summary>
    public static NodeResources Read(string root = "/")
    {
        (long bytes, string source) = (MachineMemory(root), "machine");
        foreach (var file in LimitFiles(root))
        {
            if (File.Exists(file) && long.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                && limit > 0 && limit < bytes)
            {
                (bytes, source) = (limit, "cgroup");
            }
        }

        return new NodeResources(bytes, source, Environment.ProcessorCount);
    }

    private static IEnumerable<string> LimitFiles(string root)
    {
        var cgroups = Path.Combine(root, "sys/fs/cgroup");
        var self = Path.Combine(root, "proc/self/cgroup");
        foreach (var line in File.Exists(self) ? File.ReadAllLines(self) : [])
        {
            var parts = line.Split(':', 3);
            if (parts.Length != 3)
            {
                continue;
            }

            var isV2 = parts[1].Length == 0;
            if (!isV2 && !parts[1].Split(',').Contains("memory"))
            {
                continue;
            }

            var mount = isV2 ? cgroups : Path.Combine(cgroups, "memory");
            var name = isV2 ? "memory.max" : "memory.limit_in_bytes";

            // In a container the path is the host's and doesn't exist under the mount; its root then is the container's own group.
            for (var path = parts[2].Trim('/'); ; path = Path.GetDirectoryName(path) ?? "")
            {
                yield return Path.Combine(mount, path, name);
                if (path.Length == 0)
                {
                    break;
                }
            }
        }
    }

    private static long MachineMemory(string root)
    {
        var total = File.ReadLines(Path.Combine(root, "proc/meminfo")).First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        return long.Parse(total.AsSpan("MemTotal:".Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
