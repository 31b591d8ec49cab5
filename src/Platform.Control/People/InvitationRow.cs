namespace Platform.Control.People;

internal sealed record InvitationRow(
    long Id, long TenantId, string Tenant, string Email, string Role, long CreatedAt, string CreatedBy, long ExpiresAt);
