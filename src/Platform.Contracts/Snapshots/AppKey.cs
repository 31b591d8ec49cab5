namespace Platform.Contracts.Snapshots;

/// <summary>Names an app: the slugs of its tenant and itself.</summary>
public readonly record struct AppKey(string Tenant, string App);
