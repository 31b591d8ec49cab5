using System.Text.Json;
using Platform.Contracts.Api;

namespace Platform.Load;

/// <summary>What people and their pipelines ask of a control plane, at random tenants and apps, each answer held against what has to be in it.</summary>
internal sealed class Mix
{
    // The same run each time.
    private readonly Random _random = new(1);
    private readonly ControlClient _client;
    private readonly Population _population;
    private readonly (int Share, string Kind, Func<Task> Send)[] _kinds;
    private readonly int _all;

    // The operator's list is walked page by page.
    private volatile string? _cursor;

    public Mix(ControlClient client, Population population)
    {
        _client = client;
        _population = population;
        _kinds =
        [
            (20, "list a tenant's apps", ListAppsAsync),
            (15, "get an app", GetAppAsync),
            (15, "list versions", ListVersionsAsync),
            (10, "get a version", GetVersionAsync),
            (10, "get a tenant", GetTenantAsync),
            (10, "deploy a compiled module", DeployAsync),
            (5, "list all tenants, a page", ListTenantsAsync),
            (5, "list a tenant's audit trail", ListAuditAsync),
            (5, "list all audit trails, a page", ListAllAuditAsync),
            (5, "a tenant's usage", GetUsageAsync),
        ];
        _all = _kinds.Sum(static kind => kind.Share);
    }

    /// <summary>The next request; called by one at a time.</summary>
    public (string Kind, Func<Task> Send) Next()
    {
        var at = _random.Next(_all);
        foreach (var (share, kind, send) in _kinds)
        {
            at -= share;
            if (at < 0)
            {
                return (kind, send);
            }
        }

        throw new InvalidOperationException("The shares are not all.");
    }

    private async Task ListAppsAsync()
    {
        var tenant = AnyTenant();
        var page = await _client.GetAsync<Page<AppResource>>($"{tenant.Path}/apps", tenant.Token);
        Require(page.Items.Select(static app => app.Name).SequenceEqual(tenant.Apps.Select(static app => app.Name)) && page.Cursor is null, page);
    }

    private async Task GetAppAsync()
    {
        var app = AnyApp();
        var before = app.Newest;
        var resource = await _client.GetAsync<AppResource>(app.Path, app.Tenant.Token);
        Require(resource.Name == app.Name && resource.Version >= before && resource.Url.Contains($"{app.Name}--{app.Tenant.Name}", StringComparison.Ordinal), resource);
    }

    private async Task ListVersionsAsync()
    {
        var app = AnyApp();
        var before = app.Newest;
        var page = await _client.GetAsync<Page<VersionResource>>($"{app.Path}/versions", app.Tenant.Token);
        var newest = page.Items[0].Version;
        Require(newest >= before && page.Items.Select(static version => version.Version).SequenceEqual(Enumerable.Range(newest - page.Items.Count + 1, page.Items.Count).Reverse()), page);
    }

    private async Task GetVersionAsync()
    {
        var app = AnyApp();
        var resource = await _client.GetAsync<VersionResource>($"{app.Path}/versions/1", app.Tenant.Token);
        Require(resource.Version == 1 && resource.Document?.Components.Count == 1, resource);
    }

    private async Task GetTenantAsync()
    {
        var tenant = AnyTenant();
        var resource = await _client.GetAsync<TenantResource>(tenant.Path, tenant.Token);
        Require(resource.Name == tenant.Name, resource);
    }

    private Task<int> DeployAsync() => AnyApp().DeployAsync(_client);

    private async Task ListTenantsAsync()
    {
        var page = await _client.GetAsync<Page<TenantResource>>(_cursor is { } cursor ? $"/v1/tenants?cursor={cursor}" : "/v1/tenants", _client.OperatorToken);
        Require(page.Items.Count > 0, page);
        _cursor = page.Cursor;
    }

    private async Task ListAuditAsync()
    {
        var tenant = AnyTenant();
        var page = await _client.GetAsync<Page<AuditEntryResource>>($"{tenant.Path}/audit", tenant.Token);
        Require(page.Items.Count > 0 && page.Items.All(entry => entry.Tenant == tenant.Name), page);
    }

    private async Task ListAllAuditAsync()
    {
        var page = await _client.GetAsync<Page<AuditEntryResource>>("/v1/audit", _client.OperatorToken);
        Require(page.Items.Count > 1 && page.Items[0].Id > page.Items[^1].Id, page);
    }

    private async Task GetUsageAsync()
    {
        var tenant = AnyTenant();
        var usage = await _client.GetAsync<UsageResource>($"{tenant.Path}/usage", tenant.Token);
        Require(usage.From < usage.To, usage);
    }

    // Requests begin in the one loop, so none of these run at once.
    private LoadedTenant AnyTenant() => _population.Tenants[_random.Next(_population.Tenants.Count)];

    private LoadedApp AnyApp()
    {
        var tenant = AnyTenant();
        return tenant.Apps[_random.Next(tenant.Apps.Count)];
    }

    private static void Require(bool holds, object answer)
    {
        if (!holds)
        {
            throw new WrongAnswerException(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web));
        }
    }
}
