using Platform.Control.Sessions;
using Platform.Control.Tenants;
using Platform.Control.Tokens;

namespace Platform.Control.Access;

/// <summary>Whether a caller still is what it was when its request began, for answers that go on for long.</summary>
internal sealed class AccessCheck(TokenStore tokens, SessionStore sessions, TenantStore tenants)
{
    /// <summary>Whether token, session and membership are still there.</summary>
    public async Task<bool> IsValidAsync(TenantAccess access, CancellationToken cancellationToken)
    {
        var caller = access.Caller;
        return (caller.SessionId is not { } session || await sessions.IsValidAsync(session, cancellationToken))
            && (caller.TokenId is not { } token || await tokens.FindValidAsync(token, cancellationToken) is not null)
            && (await tenants.FindForAsync(caller, access.Tenant.Name, deletedToo: false, cancellationToken))?.Tenant.Id == access.Tenant.Id;
    }
}
