using System.Data.Common;
using Dapper;
using Platform.Control.Audit;

namespace Platform.Control.People;

/// <summary>Who users are at OpenID Connect authorities.</summary>
internal sealed class LoginStore(UserStore users, AuditTrail audit)
{
    /// <summary>Makes a user of somebody whom an authority vouches for, within a transaction; null when the address is a user's already, whoever that is.</summary>
    public async Task<UserRow?> AddUserAsync(DbConnection connection, AuthorityIdentity identity, string email, Actor actor)
    {
        var user = await users.AddAsync(connection, email, UserNames.Clean(identity.Name, email), null, actor);
        if (user is null)
        {
            return null;
        }

        await connection.ExecuteAsync(
            "INSERT INTO user_logins (issuer, subject, user_id) VALUES (@Issuer, @Subject, @id)", new { identity.Issuer, identity.Subject, id = user.Id });
        await audit.RecordAsync(connection, actor, null, "user.login", $"users/{user.Id}", after: new { identity.Issuer, identity.Subject });
        return user;
    }
}
