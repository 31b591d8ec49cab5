namespace Platform.Control.Domains;

/// <summary>A domain as stored, without the certificate's key. A class, for Dapper's nulls.</summary>
internal sealed class DomainRow
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required long TenantId { get; init; }

    public required long AppId { get; init; }

    public required string Token { get; init; }

    public required long CreatedAt { get; init; }

    public long? CheckedAt { get; init; }

    public string? Failure { get; init; }

    public long? VerifiedAt { get; init; }

    public string? Method { get; init; }

    public required long FailedDays { get; init; }

    public string? Certificate { get; init; }

    public required long Revision { get; init; }
}
