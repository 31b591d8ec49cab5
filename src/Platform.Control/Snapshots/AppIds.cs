namespace Platform.Control.Snapshots;

/// <summary>The store's numbers of an app and its tenant. Unlike names they are never used again.</summary>
internal readonly record struct AppIds(long TenantId, long AppId);
