namespace Platform.Worker.Admission;

/// <summary>How much this node runs at once, worked out at start and then fixed.</summary>
/// <param name="MemoryBytes">Bytes that all guests together may hold.</param>
/// <param name="GuestThreads">Requests in a sandbox at once, waiting ones included.</param>
/// <param name="Slots">Instances alive at once; a component is up to a few core modules.</param>
/// <param name="RunPermits">Threads executing wasm at once.</param>
/// <param name="Compiles">Compile processes at once.</param>
internal sealed record NodePlan(long MemoryBytes, int GuestThreads, int Slots, int RunPermits, int Compiles)
{
    /// <summary>What the process itself needs: managed heap, code, loaded artifacts.</summary>
    internal const long ProcessReserve = 256L << 20;

    /// <summary>Less than this for guests isn't worth starting with.</summary>
    internal const long LeastMemory = 64L << 20;

    /// <summary>Works the plan out.</summary>
    /// <exception cref="WorkerConfigurationException">A setting can't be; the message names it, its value and what is allowed.</exception>
    public static NodePlan Compute(WorkerOptions options, NodeResources node)
    {
        var memory = options.MemoryBytes ?? (node.MemoryBytes - ProcessReserve) / 4 * 3;
        if (options.MemoryBytes is null && memory < LeastMemory)
        {
            throw new WorkerConfigurationException(
                $"The {node.MemorySource} gives {node.MemoryBytes >> 20} MiB of memory, too little for guests: "
                + $"give at least 384 MiB, or set {WorkerOptions.Section}:{nameof(WorkerOptions.MemoryBytes)}.");
        }

        Require(nameof(WorkerOptions.MemoryBytes), memory, LeastMemory, node.MemoryBytes);
        var threads = Require(nameof(WorkerOptions.ConcurrentRequests), options.ConcurrentRequests ?? 256, 1, 2048);
        var permits = Require(nameof(WorkerOptions.RunPermits), options.RunPermits ?? node.Processors, 1, 1024);
        var compiles = Require(nameof(WorkerOptions.ConcurrentCompiles), options.ConcurrentCompiles ?? Math.Max(1, node.Processors / 2), 1, 64);
        Require(nameof(WorkerOptions.QueueLength), options.QueueLength, 0, 1_000_000);
        Require(nameof(WorkerOptions.ModuleCacheEntries), options.ModuleCacheEntries, 1, 10_000);
        Require(nameof(WorkerOptions.ModuleCacheBytes), options.ModuleCacheBytes, 1L << 20, long.MaxValue);
        Require(nameof(WorkerOptions.FileCacheBytes), options.FileCacheBytes, 1L << 20, long.MaxValue);
        Require(nameof(WorkerOptions.KeyValueBytes), options.KeyValueBytes, 1L << 20, 1L << 40);
        Require(nameof(WorkerOptions.SqliteBytes), options.SqliteBytes, 1L << 20, 1L << 40);
        Require(nameof(WorkerOptions.MaxModuleBytes), options.MaxModuleBytes, 1024, 1L << 30);
        Require(nameof(WorkerOptions.MaxMemoryBytes), options.MaxMemoryBytes, 1L << 20, 4L << 30);
        Require(nameof(WorkerOptions.CompileMemoryBytes), options.CompileMemoryBytes, 256L << 20, long.MaxValue);
        Require(nameof(WorkerOptions.QueueTimeout), options.QueueTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5));
        Require(nameof(WorkerOptions.CompileTimeout), options.CompileTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30));
        Require(nameof(WorkerOptions.UsageFlushInterval), options.UsageFlushInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Require(nameof(WorkerOptions.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        return new NodePlan(memory, threads, threads * 2, permits, compiles);
    }

    private static T Require<T>(string name, T value, T least, T most)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new WorkerConfigurationException($"{WorkerOptions.Section}:{name} is {value}; it must be from {least} to {most}.");
}
