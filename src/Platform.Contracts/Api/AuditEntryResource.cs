using System.Text.Json;

namespace Platform.Contracts.Api;

/// <summary>One change, as the audit trail keeps it.</summary>
/// <param name="Id">Grows in the order in which changes were made.</param>
/// <param name="Time">When it was made, UTC.</param>
/// <param name="Tenant">The slug of the tenant that it was done to; null for the installation.</param>
/// <param name="Actor">Who did it: <c>operator</c>, <c>token:</c> or <c>user:</c> and its id, or <c>platform</c>.</param>
/// <param name="ActorName">The name that the token or user had then; null for the operator and the platform.</param>
/// <param name="Address">The IP address that it was done from; null for the platform.</param>
/// <param name="RequestId">The API request that did it; null for the platform.</param>
/// <param name="Action">What was done: the kind of thing and a verb, such as <c>token.create</c>.</param>
/// <param name="Target">What it was done to, as the end of its path.</param>
/// <param name="Before">What was there, without secrets; null for nothing.</param>
/// <param name="After">What was there afterwards, without secrets; null for nothing.</param>
public sealed record AuditEntryResource(
    long Id,
    DateTimeOffset Time,
    string? Tenant,
    string Actor,
    string? ActorName,
    string? Address,
    string? RequestId,
    string Action,
    string Target,
    JsonElement? Before,
    JsonElement? After);
