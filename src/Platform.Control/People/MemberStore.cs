using System.Data.Common;
using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Data;

namespace Platform.Control.People;

/// <summary>Members of tenants. Every change locks the tenant's row first, so that the last owner is the last one whoever is removed at the same time.</summary>
internal sealed class MemberStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Select =
        "SELECT m.user_id AS UserId, u.email AS Email, u.name AS Name, m.role AS Role, m.created_at AS CreatedAt FROM members m JOIN users u ON u.id = m.user_id";

    /// <summary>The tenant's members by user number, after <paramref name="after"/>.</summary>
    public Task<List<MemberRow>> ListAsync(TenantScope tenant, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<MemberRow>(
            $"{Select} WHERE m.tenant_id = @tenant AND m.user_id > @after ORDER BY m.user_id LIMIT @count", new { tenant = tenant.Id, after, count }, cancellationToken);

    public Task<MemberRow?> FindAsync(TenantScope tenant, long user, CancellationToken cancellationToken) =>
        database.FindAsync<MemberRow>($"{Select} WHERE m.tenant_id = @tenant AND m.user_id = @user", new { tenant = tenant.Id, user }, cancellationToken);

    /// <summary>Makes a user a member, within a transaction. One who is a member already gets the role if it is higher: an invitation takes nothing away.</summary>
    public async Task<TokenRole> AddAsync(DbConnection connection, TenantScope tenant, long user, TokenRole role, Actor actor)
    {
        await LockAsync(connection, tenant);
        var before = await FindRoleAsync(connection, tenant, user);
        if (before is not null && TokenRoles.ToApi(before) >= role)
        {
            return TokenRoles.ToApi(before);
        }

        await connection.ExecuteAsync(
            """
            INSERT INTO members (tenant_id, user_id, role, created_at) VALUES (@tenant, @user, @role, @now)
            ON CONFLICT (tenant_id, user_id) DO UPDATE SET role = @role
            """,
            new { tenant = tenant.Id, user, role = TokenRoles.Format(role), now = time.GetUtcNow().ToUnixTimeMilliseconds() });

        // The owner of another tenant made it while the user was of that one alone.
        await connection.ExecuteAsync("DELETE FROM password_resets WHERE user_id = @user AND tenant_id <> @tenant", new { tenant = tenant.Id, user });
        await audit.RecordAsync(
            connection, actor, tenant, before is null ? "member.add" : "member.role", $"members/{user}", before is null ? null : new { role = before }, new { role });
        return role;
    }

    public Task<MemberChange> SetRoleAsync(TenantScope tenant, long user, TokenRole role, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await LockAsync(connection, tenant);
                var before = await FindRoleAsync(connection, tenant, user);
                if (before is null)
                {
                    return MemberChange.NotFound;
                }

                if (role != TokenRole.Owner && await IsLastOwnerAsync(connection, tenant, user))
                {
                    return MemberChange.LastOwner;
                }

                await connection.ExecuteAsync(
                    "UPDATE members SET role = @role WHERE tenant_id = @tenant AND user_id = @user", new { tenant = tenant.Id, user, role = TokenRoles.Format(role) });
                await audit.RecordAsync(connection, actor, tenant, "member.role", $"members/{user}", new { role = before }, new { role });
                return MemberChange.Done;
            },
            cancellationToken);

    public Task<MemberChange> RemoveAsync(TenantScope tenant, long user, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await LockAsync(connection, tenant);
                var before = await FindRoleAsync(connection, tenant, user);
                if (before is null)
                {
                    return MemberChange.NotFound;
                }

                if (await IsLastOwnerAsync(connection, tenant, user))
                {
                    return MemberChange.LastOwner;
                }

                await connection.ExecuteAsync("DELETE FROM members WHERE tenant_id = @tenant AND user_id = @user", new { tenant = tenant.Id, user });
                await audit.RecordAsync(connection, actor, tenant, "member.remove", $"members/{user}", before: new { role = before });
                return MemberChange.Done;
            },
            cancellationToken);

    private static Task<int> LockAsync(DbConnection connection, TenantScope tenant) =>
        connection.ExecuteAsync("UPDATE tenants SET revision = revision WHERE id = @tenant", new { tenant = tenant.Id });

    private static Task<string?> FindRoleAsync(DbConnection connection, TenantScope tenant, long user) =>
        connection.QuerySingleOrDefaultAsync<string>("SELECT role FROM members WHERE tenant_id = @tenant AND user_id = @user", new { tenant = tenant.Id, user });

    private static async Task<bool> IsLastOwnerAsync(DbConnection connection, TenantScope tenant, long user)
    {
        var owners = (await connection.QueryAsync<long>("SELECT user_id FROM members WHERE tenant_id = @tenant AND role = 'owner'", new { tenant = tenant.Id })).AsList();
        return owners is [var only] && only == user;
    }
}
