using System.ComponentModel.DataAnnotations;

namespace Platform.Worker;

/// <summary>Settings of the worker role, section <c>Platform:Worker</c>. Null means: worked out from the cgroup or the machine at start.</summary>
public sealed class WorkerOptions
{
    /// <summary>The configuration section that the host binds.</summary>
    public const string Section = "Platform:Worker";

    /// <summary>The node's data directory; artifacts and their key live in it. Set by the host, not by the section.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Bytes of memory that all guests together may hold. Default: three quarters of what is left after 256 MiB for the process.</summary>
    public long? MemoryBytes { get; set; }

    /// <summary>Requests in a sandbox at once, waiting ones included; each takes a thread. Default 256.</summary>
    public int? ConcurrentRequests { get; set; }

    /// <summary>Threads executing wasm at once. Default: the processors this process may use.</summary>
    public int? RunPermits { get; set; }

    /// <summary>Requests that may wait for a permit; more get 503. Default 1024.</summary>
    public int QueueLength { get; set; } = 1024;

    /// <summary>How long a request waits for a permit before it gets 503. Default 10 s.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often usage is reported: what a kill loses at most, and how late a month's fuel of other workers is known. Default 10 s.</summary>
    public TimeSpan UsageFlushInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Failed requests that are kept a second of each app; up to ten times as many at once, and beyond they are counted only. Default 100: an app that fails has its cause in the first.</summary>
    [Range(0, 10_000)]
    public int FailedRequestsKept { get; set; } = 100;

    /// <summary>Other requests that are kept a second of each app, as a sample; up to ten times as many at once. Default 1.</summary>
    [Range(0, 10_000)]
    public int RequestsKept { get; set; } = 1;

    /// <summary>Whether requests are counted for <c>…/metrics</c>. Default true.</summary>
    public bool Series { get; set; } = true;

    /// <summary>Loaded modules kept at most. Default 1,000: each takes a few of the kernel's 65,530 memory maps.</summary>
    public int ModuleCacheEntries { get; set; } = 1000;

    /// <summary>Bytes of compiled code kept mapped at most. Default 2 GiB of address space; pages not run are not resident.</summary>
    public long ModuleCacheBytes { get; set; } = 2L << 30;

    /// <summary>Bytes of compiled modules kept in the data directory at most; those of other engines go first, then the least recently used, which are compiled again when they are needed. Default 10 GiB.</summary>
    [Range(64L << 20, long.MaxValue)]
    public long ArtifactCacheBytes { get; set; } = 10L << 30;

    /// <summary>Seals compiled modules, where workers take them from each other. Null: a key of this node's own. Set by the host, not by the section.</summary>
    public IReadOnlyList<byte>? ArtifactKey { get; set; }

    /// <summary>Bytes of apps' read-only files kept in the data directory at most; the least recently used are fetched again when they are needed. Default 2 GiB.</summary>
    public long FileCacheBytes { get; set; } = 2L << 30;

    /// <summary>The Redis or Garnet of tenants' key-value data, StackExchange.Redis' connection string. Set by the host, not by the section.</summary>
    public string? KeyValueConnection { get; set; }

    /// <summary>Bytes of keys and values that the key-value stores of one app may hold. Default 256 MiB.</summary>
    public long KeyValueBytes { get; set; } = 256L << 20;

    /// <summary>Whether other workers run requests of the same tenants. Set by the host, not by the section.</summary>
    public bool SharesTenants { get; set; }

    /// <summary>Names this worker among all that share the platform's Redis: a new name each start, unless a restart is to take over at once what its predecessor left. Set by
    /// the host, not by the section.</summary>
    public string WorkerId { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary>Messages of one app's Redis triggers that run at once on this worker. Default 16.</summary>
    [Range(1, 1000)]
    public int MessageConcurrency { get; set; } = 16;

    /// <summary>Messages of one app's Redis triggers that wait to run, 16 MiB at most; more are dropped and counted. Default 1,000.</summary>
    [Range(0, 100_000)]
    public int MessageQueueLength { get; set; } = 1000;

    /// <summary>Bytes of one SQLite database of an app. Default 256 MiB.</summary>
    public long SqliteBytes { get; set; } = 256L << 20;

    /// <summary>How long one statement on an app's SQLite database may run, waiting for locks included. Default 5 s.</summary>
    public TimeSpan SqliteStatementTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest module taken, bytes. Default 64 MiB (design section 6).</summary>
    public long MaxModuleBytes { get; set; } = 64L << 20;

    /// <summary>The program that compiles. Default: this process' own executable.</summary>
    public string? CompilerPath { get; set; }

    /// <summary>Its arguments before the input and output. Default: <c>compile</c>, after the assembly's path when the executable is <c>dotnet</c>.</summary>
    public IReadOnlyList<string>? CompilerArguments { get; set; }

    /// <summary>Compile processes at once. Default: half the processors, at least one.</summary>
    public int? ConcurrentCompiles { get; set; }

    /// <summary>Wall time of a compile. Default 60 s (design section 6).</summary>
    public TimeSpan CompileTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Resident bytes of a compile. Default 2 GiB (design section 6).</summary>
    public long CompileMemoryBytes { get; set; } = 2L << 30;

    /// <summary>How long requests under way may go on after the stop began. Default 25 s, inside the 30 s that Kubernetes and the host give.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>The most that one request's memory may be, bytes: the installation's ceiling, which sizes the pool. Default 128 MiB.</summary>
    public long MaxMemoryBytes { get; set; } = 128L << 20;

    /// <summary>Networks (CIDR) of this machine or its surroundings that guests' outgoing requests may reach; else private, loopback, link-local and other special
    /// addresses are out of bounds. Default none.</summary>
    public IReadOnlyList<string> OutboundAllowedNetworks { get; set; } = [];

    /// <summary>Networks (CIDR) that guests' outgoing requests may not reach although they are public. Default none.</summary>
    public IReadOnlyList<string> OutboundBlockedNetworks { get; set; } = [];
}
