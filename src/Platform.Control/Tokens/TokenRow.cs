namespace Platform.Control.Tokens;

internal sealed record TokenRow(
    long Id, long TenantId, string Lookup, byte[] Hash, string Name, string Role, long CreatedAt, long? ExpiresAt, long? LastUsedAt, string? CreatedBy);
