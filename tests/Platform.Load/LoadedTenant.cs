namespace Platform.Load;

/// <summary>A tenant under load.</summary>
internal sealed class LoadedTenant(string name, string token, int apps)
{
    public string Name => name;

    /// <summary>An owner's.</summary>
    public string Token => token;

    public string Path => $"/v1/tenants/{name}";

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<LoadedApp> Apps => field ??= [.. Enumerable.Range(0, apps).Select(i => new LoadedApp(this, $"app-{i:D3}"))];
}
