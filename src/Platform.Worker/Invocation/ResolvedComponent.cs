using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities;
using Platform.Worker.Outbound;

namespace Platform.Worker.Invocation;

/// <summary>A component of a version with the app's values and limits filled in: what the manifest sets, else the app's, else the default, never above the installation's ceiling. Immutable.</summary>
internal sealed class ResolvedComponent
{
    /// <summary>Bytes of request body when none are set (Kestrel's and Cloudflare's default too).</summary>
    internal const long DefaultBodyBytes = 30_000_000;

    /// <summary>Bytes of log a request when none are set.</summary>
    internal const long DefaultLogBytes = 256 << 10;

    public ResolvedComponent(ComponentDocument document, AppConfiguration configuration, SandboxFiles? files, ComponentCapabilities capabilities, long maxMemoryBytes)
    {
        var limits = document.Limits.Over(configuration.Limits);
        var defaults = new SandboxLimits();
        Document = document;
        Configuration = configuration;
        Environment = [.. document.Environment];
        BodyBytes = limits.RequestBodyBytes ?? DefaultBodyBytes;
        LogBytes = limits.LogBytes ?? DefaultLogBytes;
        Capabilities = capabilities;
        Hosts = new AllowedHosts(capabilities.OutboundHosts);
        OutboundRequests = limits.OutboundRequests ?? RequestOutbound.DefaultRequests;
        Files = files;
        Limits = new SandboxLimits
        {
            Fuel = limits.Fuel ?? defaults.Fuel,
            MemoryBytes = Math.Min(limits.MemoryBytes ?? defaults.MemoryBytes, maxMemoryBytes),
            Wall = limits.WallMs is { } wall ? TimeSpan.FromMilliseconds(wall) : defaults.Wall,
        };
    }

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
}
