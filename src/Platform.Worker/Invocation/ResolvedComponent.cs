using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities;
using Platform.Worker.Outbound;

namespace Platform.Worker.Invocation;

/// <summary>A component of a version with its limits filled in: what the manifest sets, else the default, never above the installation's ceiling.</summary>
internal sealed class ResolvedComponent
{
    /// <summary>Bytes of request body when the manifest sets none (Kestrel's and Cloudflare's default too).</summary>
    internal const long DefaultBodyBytes = 30_000_000;

    /// <summary>Bytes of log a request when the manifest sets none.</summary>
    internal const long DefaultLogBytes = 256 << 10;

    public ResolvedComponent(ComponentDocument document, ISandboxFileContents contents, ComponentCapabilities capabilities, long maxMemoryBytes)
    {
        var limits = document.Limits;
        var defaults = new SandboxLimits();
        Document = document;
        Environment = [.. document.Environment];
        BodyBytes = limits.RequestBodyBytes ?? DefaultBodyBytes;
        LogBytes = limits.LogBytes ?? DefaultLogBytes;
        Capabilities = capabilities;
        Hosts = new AllowedHosts(capabilities.OutboundHosts);
        OutboundRequests = limits.OutboundRequests ?? RequestOutbound.DefaultRequests;
        Files = document.Files.Count == 0 ? null : new SandboxFiles(document.Files.Select(static file => (file.Path, file.Size, file.Sha256)), contents);
        Limits = new SandboxLimits
        {
            Fuel = limits.Fuel ?? defaults.Fuel,
            MemoryBytes = Math.Min(limits.MemoryBytes ?? defaults.MemoryBytes, maxMemoryBytes),
            Wall = limits.WallMs is { } wall ? TimeSpan.FromMilliseconds(wall) : defaults.Wall,
        };
    }

    public ComponentDocument Document { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; }

    public SandboxFiles? Files { get; }

    public ComponentCapabilities Capabilities { get; }

    public SandboxLimits Limits { get; }

    public long BodyBytes { get; }

    public long LogBytes { get; }

    public AllowedHosts Hosts { get; }

    public long OutboundRequests { get; }
}
