using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Outbound;

/// <summary>A platform whose operator allows guests to reach loopback, and a server there.</summary>
public sealed class OutboundPlatform : IAsyncLifetime
{
    private static int _tenants;
    private readonly TemporaryDirectory _directory = new();

    internal PlatformServer Server { get; private set; } = null!;

    internal Upstream Upstream { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var certificate = _directory.Combine("upstream.pem");
        Upstream = await Upstream.StartAsync(certificate);
        Server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["Platform__Worker__OutboundAllowedNetworks__0"] = "127.0.0.0/8",
            ["Platform__Worker__OutboundAllowedNetworks__1"] = "::1/128",
            ["SSL_CERT_FILE"] = certificate,
            ["Platform__Worker__UsageFlushInterval"] = "00:00:00.5",

            // Nobody listens there: what matters is that requests are traced.
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Upstream.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>A new tenant whose app <c>proxy</c> may call these hosts.</summary>
    internal async Task<Tenant> NewTenantAsync(string hosts = "\"*://*:*\"", string limits = "")
    {
        var tenant = await Server.CreateTenantAsync($"out-{Interlocked.Increment(ref _tenants)}");
        await DeployProxyAsync(tenant, hosts, limits);
        return tenant;
    }

    internal static async Task DeployProxyAsync(Tenant tenant, string hosts, string limits = "") => await tenant.DeployManifestAsync(
        "proxy",
        Manifests.For("proxy.wasm", limits).Replace("source = \"proxy.wasm\"", $"source = \"proxy.wasm\"\nallowed_outbound_hosts = [{hosts}]", StringComparison.Ordinal),
        ("proxy.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-proxy"))));
}
