using Platform.Contracts.Api;

namespace Platform.Load;

/// <summary>An app under load, and which versions its deploys were answered with.</summary>
internal sealed class LoadedApp(LoadedTenant tenant, string name)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _versions = [];

    public LoadedTenant Tenant => tenant;

    public string Name => name;

    public string Path => $"{tenant.Path}/apps/{name}";

    /// <summary>The newest version that was answered.</summary>
    public int Newest
    {
        get
        {
            lock (_lock)
            {
                return _versions.Max();
            }
        }
    }

    /// <summary>How many deploys were answered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _versions.Count;
            }
        }
    }

    public async Task<int> DeployAsync(ControlClient client)
    {
        var deployed = await client.DeployAsync<DeployResource>($"{Path}/deploy", tenant.Token);
        lock (_lock)
        {
            if (deployed.State != VersionState.Ready || !_versions.Add(deployed.Version))
            {
                throw new WrongAnswerException($"{Path}: a deploy was answered with version {deployed.Version} ({deployed.State}), as another was");
            }
        }

        return deployed.Version;
    }

    /// <summary>That the store has each deploy that was answered and no other, numbered without a gap, and the newest live.</summary>
    public async Task CheckAsync(ControlClient client)
    {
        var listed = new List<VersionResource>();
        string? cursor = null;
        do
        {
            var page = await client.GetAsync<Page<VersionResource>>($"{Path}/versions?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}", tenant.Token);
            listed.AddRange(page.Items);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        var live = (await client.GetAsync<AppResource>(Path, tenant.Token)).Version;
        if (!listed.Select(static version => version.Version).SequenceEqual(Enumerable.Range(1, Count).Reverse()) || live != Count || Newest != Count
            || listed.Count(static version => version.Live) != 1 || !listed[0].Live)
        {
            throw new WrongAnswerException($"{Path}: {Count} deploys were answered, the newest {Newest}; listed are {string.Join(", ", listed.Select(static version => version.Version))}, live is {live}");
        }
    }
}
