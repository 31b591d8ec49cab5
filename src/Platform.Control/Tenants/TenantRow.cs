namespace Platform.Control.Tenants;

internal sealed record TenantRow(long Id, string Name, long CreatedAt);
