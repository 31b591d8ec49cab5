namespace Platform.Control.Tenants;

/// <summary>A tenant as stored. A class, since Dapper maps a null into a record's constructor only when it knows the column's type.</summary>
internal sealed class TenantRow
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>What the operator has set (<see cref="Quotas.QuotaJson"/>); null for nothing.</summary>
    public string? Quota { get; init; }

    public required long Revision { get; init; }

    /// <summary>When it was deleted, in Unix milliseconds; null when it isn't.</summary>
    public long? DeletedAt { get; init; }
}
