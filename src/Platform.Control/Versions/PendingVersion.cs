using Platform.Data;

namespace Platform.Control.Versions;

/// <summary>A version that was accepted with <c>?wait=false</c> and has yet to be compiled.</summary>
internal sealed record PendingVersion(TenantScope Tenant, long AppId, string App, long Number, string Document, long CreatedAt);
