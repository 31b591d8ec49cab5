using Platform.Control.Audit;

namespace Platform.Control.Access;

/// <summary>Who makes the API call.</summary>
/// <param name="Id">Names the caller in the store: <c>operator</c>, or <c>token:</c> and the token's id.</param>
/// <param name="TokenId">The number of the caller's token in the store; null for the operator.</param>
/// <param name="Level">What the caller may do.</param>
/// <param name="TenantId">The one tenant that the caller belongs to; null for the operator.</param>
/// <param name="Actor">The caller as the audit trail names it.</param>
/// <param name="Key">32 bytes that follow from the presented token and are not in the store: encrypts what is stored for this caller alone.</param>
internal sealed record Caller(string Id, long? TokenId, AccessLevel Level, long? TenantId, Actor Actor, ReadOnlyMemory<byte> Key);
