using Platform.FunctionalTests.Hosting;

[assembly: AssemblyFixture(typeof(SharedPlatform))]

namespace Platform.FunctionalTests.Hosting;

/// <summary>
/// One platform for all tests that leave it running; each makes tenants of its own. That all of them are served by this one process, whatever the others'
/// guests do to it, is part of what is tested.
/// </summary>
public sealed class SharedPlatform : IAsyncLifetime
{
    private static int _tenants;
    private PlatformServer? _server;

    internal PlatformServer Server => _server ?? throw new InvalidOperationException("the platform hasn't started");

    // A 13 MB JavaScript component takes seconds to compile, and minutes on a machine that does much else.
    public async ValueTask InitializeAsync() => _server = await PlatformServer.StartAsync(
        settings: new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50" });

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    internal Task<Tenant> NewTenantAsync() => Server.CreateTenantAsync($"tenant-{Interlocked.Increment(ref _tenants)}");
}
