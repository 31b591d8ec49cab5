using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Cases;

/// <summary>The platform that the cases run on: one tenant, an app for each.</summary>
public sealed class CasesPlatform : IAsyncLifetime
{
    private static int _apps;
    private PlatformServer? _server;

    internal Tenant Tenant { get; private set; } = null!;

    internal Uri Url => _server!.Url;

    public async ValueTask InitializeAsync()
    {
        _server = await PlatformServer.StartAsync(settings: new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50" });
        Tenant = await _server.CreateTenantAsync("cases");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>A name that no other case has.</summary>
    internal static string NewApp() => $"case-{Interlocked.Increment(ref _apps)}";
}
