namespace Platform.Runtime.Sandboxes;

/// <summary>Sizes fixed for the life of the process.</summary>
public sealed record SandboxEngineOptions
{
    /// <summary>Instances alive at once (slots of the pooling allocator); a request takes one per core module instance.</summary>
    public int Slots { get; init; } = 256;

    /// <summary>The most that one linear memory may hold, bytes: the installation's ceiling. Default 128 MiB.</summary>
    public long MaxMemoryBytes { get; init; } = 128L << 20;

    /// <summary>Time between epoch ticks: the granularity of wall deadlines and memory charges. Default 5 ms.</summary>
    public TimeSpan EpochTick { get; init; } = TimeSpan.FromMilliseconds(5);
}
