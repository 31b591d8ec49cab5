namespace Platform.Control.Approvals;

/// <summary>A tenant's settings as stored.</summary>
internal sealed record TenantSettingsRow(long RequireApproval, long Revision);
