using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities;
using Platform.Worker.Outbound;

namespace Platform.Worker.Invocation;

/// <summary>
/// A component of a version with the app's values and limits filled in: what the manifest sets, else the app's, else the default, never above the tenant's quota or the installation's ceiling. Immutable.
/// </summary>
internal sealed class ResolvedComponent
{
    /// <summary>Bytes of request body when none are set (Kestrel's and Cloudflare's default too).</summary>
    internal const long DefaultBodyBytes = 30_000_000;

    /// <summary>Bytes of log a request when none are set.</summary>
    internal const long DefaultLogBytes = 256 << 10;

    public ResolvedComponent(
        ComponentDocument document, AppConfiguration configuration, SandboxFiles? files, ComponentCapabilities capabilities, LimitsDocument most, long maxMemoryBytes)
    {
        var limits = document.Limits.Over(configuration.Limits);
        var defaults = new SandboxLimits();
        Document = document;
        Configuration = configuration;
        Environment = [.. document.Environment];
        Most = most;
        BodyBytes = Least(limits.RequestBodyBytes ?? DefaultBodyBytes, most.RequestBodyBytes);
        LogBytes = Least(limits.LogBytes ?? DefaultLogBytes, most.LogBytes);
        Capabilities = capabilities;
        Hosts = new AllowedHosts(capabilities.OutboundHosts);
        OutboundRequests = Least(limits.OutboundRequests ?? RequestOutbound.DefaultRequests, most.OutboundRequests);
        Files = files;
        Limits = new SandboxLimits
        {
            Fuel = Least(limits.Fuel ?? defaults.Fuel, most.Fuel),
            MemoryBytes = Least(Math.Min(limits.MemoryBytes ?? defaults.MemoryBytes, maxMemoryBytes), most.MemoryBytes),
            Wall = TimeSpan.FromMilliseconds(Least(limits.WallMs ?? (long)defaults.Wall.TotalMilliseconds, most.WallMs)),
        };
    }

    /// <summary>The tenant's quota that they were worked out by.</summary>
    public LimitsDocument Most { get; }

    public ComponentDocument Document { get; }

    /// <summary>What it was resolved with.</summary>
    public AppConfiguration Configuration { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; }

    public SandboxFiles? Files { get; }

    public ComponentCapabilities Capabilities { get; }

    public SandboxLimits Limits { get; }

    public long BodyBytes { get; }

    public long LogBytes { get; }

    public AllowedHosts Hosts { get; }

    public long OutboundRequests { get; }

    /// <summary>The component's files as requests see them; null for none.</summary>
    public static SandboxFiles? FilesOf(ComponentDocument document, ISandboxFileContents contents) =>
        document.Files.Count == 0 ? null : new SandboxFiles(document.Files.Select(static file => (file.Path, file.Size, file.Sha256)), contents);

    private static long Least(long limit, long? most) => most < limit ? most.Value : limit;
}
