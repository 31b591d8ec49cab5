using System.Data.Common;
using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Control.Idempotency;
using Platform.Data;

namespace Platform.Control.People;

/// <summary>Invitations to tenants that were not used yet.</summary>
internal sealed class InvitationStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Select =
        "SELECT i.id AS Id, i.tenant_id AS TenantId, t.name AS Tenant, i.email AS Email, i.role AS Role, i.created_at AS CreatedAt, i.created_by AS CreatedBy, i.expires_at AS ExpiresAt "
        + "FROM invitations i JOIN tenants t ON t.id = i.tenant_id";

    /// <summary>Makes an invitation; the text is what its link holds.</summary>
    public async Task<(InvitationRow Row, string Text)> CreateAsync(
        TenantScope tenant, string email, TokenRole role, Actor actor, EffectRecorder<(InvitationRow Row, string Text)> record, CancellationToken cancellationToken)
    {
        var (text, hash) = OneTimeSecret.Create();
        var now = time.GetUtcNow();
        var parameters = new
        {
            tenant = tenant.Id,
            email,
            role = TokenRoles.Format(role),
            hash,
            now = now.ToUnixTimeMilliseconds(),
            createdBy = actor.Id,
            expires = (now + OneTimeSecret.Lifetime).ToUnixTimeMilliseconds(),
        };
        return await database.WriteAsync(
            async connection =>
            {
                var made = await connection.ExecuteScalarAsync<long>(
                    """
                    INSERT INTO invitations (tenant_id, email, role, hash, created_at, created_by, expires_at)
                    VALUES (@tenant, @email, @role, @hash, @now, @createdBy, @expires) RETURNING id
                    """,
                    parameters);
                await audit.RecordAsync(connection, actor, tenant, "invitation.create", $"invitations/{made}", after: new { email, role });
                var result = (new InvitationRow(made, tenant.Id, tenant.Name, email, parameters.role, parameters.now, actor.Id, parameters.expires), text);
                await record(connection, result);
                return result;
            },
            cancellationToken);
    }

    /// <summary>The tenant's invitations that still work, in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<InvitationRow>> ListAsync(TenantScope tenant, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<InvitationRow>(
            $"{Select} WHERE i.tenant_id = @tenant AND i.id > @after AND i.expires_at > @now ORDER BY i.id LIMIT @count",
            new { tenant = tenant.Id, after, count, now = Now() },
            cancellationToken);

    public Task<bool> DeleteAsync(TenantScope tenant, long id, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var email = await connection.QuerySingleOrDefaultAsync<string>(
                    "DELETE FROM invitations WHERE tenant_id = @tenant AND id = @id RETURNING email", new { tenant = tenant.Id, id });
                if (email is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "invitation.delete", $"invitations/{id}", before: new { email });
                }

                return email is not null;
            },
            cancellationToken);

    /// <summary>The invitation of a link that still works. While its tenant is deleted it doesn't.</summary>
    public Task<InvitationRow?> FindAsync(string text, CancellationToken cancellationToken) =>
        database.FindAsync<InvitationRow>($"{Select} WHERE i.hash = @hash AND i.expires_at > @now AND t.deleted_at IS NULL", new { hash = OneTimeSecret.Hash(text), now = Now() }, cancellationToken);

    /// <summary>Uses the invitation up, within a transaction; false when it was used meanwhile.</summary>
    public static async Task<bool> TakeAsync(DbConnection connection, InvitationRow row) =>
        await connection.ExecuteAsync("DELETE FROM invitations WHERE id = @Id", new { row.Id }) == 1;

    /// <summary>Removes invitations and resets past their time.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await database.ExecuteAsync("DELETE FROM invitations WHERE expires_at < @now", new { now = Now() }, cancellationToken);
        await database.ExecuteAsync("DELETE FROM password_resets WHERE expires_at < @now", new { now = Now() }, cancellationToken);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
