namespace Platform.Control.Variables;

/// <summary>A variable or secret as stored, its value protected.</summary>
internal sealed record ValueRow(long Id, long TenantId, long AppId, string Name, string Kind, byte[] Value, long Revision, long UpdatedAt, string UpdatedBy);
