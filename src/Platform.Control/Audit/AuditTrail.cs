using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Platform.Data;

namespace Platform.Control.Audit;

/// <summary>
/// Writes the audit trail. An entry is part of the transaction that makes the change, so that there is no change without its entry and no entry without its change. The store refuses to alter or
/// delete entries.
/// </summary>
internal sealed class AuditTrail(TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Records a change within its transaction.</summary>
    /// <param name="connection">The transaction's.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="tenant">The tenant it was done to; null for the installation.</param>
    /// <param name="action">What was done: the kind of thing and a verb, <c>token.create</c>.</param>
    /// <param name="target">What it was done to, as the end of its path: <c>tokens/12</c>.</param>
    /// <param name="before">What was there, without secrets; null for nothing.</param>
    /// <param name="after">What is there now, without secrets; null for nothing.</param>
    public Task RecordAsync(
        DbConnection connection, Actor actor, TenantScope? tenant, string action, string target, object? before = null, object? after = null) =>
        connection.ExecuteAsync(
            """
            INSERT INTO audit (tenant_id, tenant, time, actor, actor_name, address, request_id, action, target, before, after)
            VALUES (@TenantId, @Tenant, @now, @Id, @Name, @Address, @RequestId, @action, @target, @before, @after)
            """,
            new
            {
                TenantId = tenant?.Id,
                Tenant = tenant?.Name,
                now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                actor.Id,
                actor.Name,
                actor.Address,
                actor.RequestId,
                action,
                target,
                before = before is null ? null : JsonSerializer.Serialize(before, Json),
                after = after is null ? null : JsonSerializer.Serialize(after, Json),
            });
}
