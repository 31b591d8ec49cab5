using Platform.Contracts.Api;

namespace Platform.Load.Cluster;

/// <summary>What the scenarios on a cluster have in common: its gateways, the operator's token, a module that says hello.</summary>
internal sealed class ClusterCommand : IDisposable
{
    /// <summary>What c-hello answers.</summary>
    public const string Hello = "Hello from WebAssembly\n";

    private ClusterCommand(Gateways gateways, ControlClient control, IReadOnlyList<string> urls)
    {
        Gateways = gateways;
        Control = control;
        Urls = urls;
    }

    public Gateways Gateways { get; }

    public ControlClient Control { get; }

    public IReadOnlyList<string> Urls { get; }

    /// <summary>Opens it.</summary>
    /// <param name="urls">The gateways, separated by commas.</param>
    /// <param name="tokenFile">The operator's token.</param>
    /// <param name="module">The module's file.</param>
    public static async Task<ClusterCommand> OpenAsync(string urls, string tokenFile, string module)
    {
        var all = urls.Split(',');
        return new ClusterCommand(new Gateways(all), new ControlClient(new Uri(all[0]), (await File.ReadAllTextAsync(tokenFile)).Trim(), await File.ReadAllBytesAsync(module)), all);
    }

    /// <summary>A new tenant with apps, each deployed.</summary>
    public async Task<LoadedTenant> CreateTenantAsync(string name, int apps)
    {
        await Control.PostAsync<TenantResource>("/v1/tenants", Control.OperatorToken, new CreateTenantRequest(name));
        var token = await Control.PostAsync<CreatedTokenResource>($"/v1/tenants/{name}/tokens", Control.OperatorToken, new CreateTokenRequest("load", TokenRole.Owner));
        var tenant = new LoadedTenant(name, token.Token, apps);
        foreach (var app in tenant.Apps)
        {
            await app.DeployAsync(Control);
        }

        return tenant;
    }

    /// <summary>Asks a tenant's apps in turns at a constant rate; prints how long it took.</summary>
    public async Task<(double P99, long Failed)> AskAsync(LoadedTenant tenant, int rate, TimeSpan duration, TextWriter output)
    {
        var tally = new Tally();
        using var loop = new OpenLoop();
        var next = 0;
        await loop.RunAsync(
            () =>
            {
                var app = tenant.Apps[next++ % tenant.Apps.Count];
                return ("app", () => tally.CountAsync(() => Gateways.SendAsync(() => Cluster.Gateways.ToApp(HostOf(tenant, app))), Hello));
            },
            rate,
            duration);
        loop.Print(output);
        tally.Print(output);
        return (loop.Percentile("app", 99), tally.Failed);
    }

    /// <summary>The host name of an app.</summary>
    public static string HostOf(LoadedTenant tenant, LoadedApp app) => $"{app.Name}--{tenant.Name}.localhost";

    public void Dispose()
    {
        Gateways.Dispose();
        Control.Dispose();
    }
}
