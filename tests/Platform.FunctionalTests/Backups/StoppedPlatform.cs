using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Backups;

/// <summary>A platform on SQLite with one app, that was stopped, and its backup, without keys.</summary>
public sealed class StoppedPlatform : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal string Data => _directory.Combine("data");

    internal string Backup => _directory.Combine("platform.backup");

    internal string MasterKey { get; private set; } = "";

    internal Tenant Tenant { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await using var server = await PlatformServer.StartAsync(Data);
        Tenant = await server.CreateTenantAsync("acme");
        await Tenant.DeployAsync("hello", "c-hello");
        Assert.Equal(0, await server.StopAsync());
        await HostCommand.RunAsync(new Dictionary<string, string>(), "backup", "--to", Backup, "--data-dir", Data);
        MasterKey = (await File.ReadAllTextAsync(Path.Combine(Data, "master.key"))).Trim();
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
