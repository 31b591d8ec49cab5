using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Control.Sessions;
using Platform.Control.Tenants;

namespace Platform.Control.People;

/// <summary><c>/v1/me</c>.</summary>
internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/me", GetAsync).RequireAccess(AccessLevel.SignedIn)
            .WithName("GetMe").WithSummary("Get who the caller is, and the tenants that the caller belongs to");
        v1.MapPut("/me/password", ChangePasswordAsync).RequireAccess(AccessLevel.SignedIn)
            .WithName("ChangePassword").WithSummary("Change one's own password; all other sessions end")
            .Refuses(
                Problem.SignInFailed,
                Problem.SignInLocked);
    }

    private static async Task<Ok<MeResource>> GetAsync(CallerAccess access, TenantStore tenants, CancellationToken cancellationToken)
    {
        var caller = access.Caller;
        var memberships = caller.IsOperator ? [] : await tenants.ListForAsync(caller, cancellationToken);
        return TypedResults.Ok(new MeResource(
            caller.Id,
            caller.Actor.Name,
            caller.Email,
            caller.IsOperator,
            [.. memberships.Select(row => new MembershipResource(row.Name, TokenRoles.ToApi(TenantStore.LevelOf(caller, row))))]));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        CallerAccess access, ChangePasswordRequest body, HttpContext http, UserStore users, Passwords passwords, SignInGuard guard, CancellationToken cancellationToken)
    {
        if (!Transport.IsSafe(http))
        {
            return Problem.HttpsRequired;
        }

        if (access.Caller is not { UserId: { } id, Email: { } email } || await users.FindAsync(id, cancellationToken) is not { } user)
        {
            return Problem.Invalid("Only users have passwords; this caller is none.");
        }

        if (Passwords.ErrorOf(body.Password, email) is { } error)
        {
            return Problem.Invalid(error);
        }

        // Whoever sits at a session that was left open must not try passwords either.
        if (!await guard.TryCountAsync(email, cancellationToken))
        {
            RetryAfter.Set(http, await guard.LockedForAsync(email, cancellationToken) ?? TimeSpan.FromMinutes(1));
            return Problem.SignInLocked;
        }

        if (!passwords.Verify(user.PasswordHash, body.Current))
        {
            return Problem.SignInFailed;
        }

        await guard.SucceededAsync(email, cancellationToken);
        await users.SetPasswordAsync(id, passwords.Hash(body.Password), access.Caller.SessionId, access.Actor, cancellationToken);
        return TypedResults.NoContent();
    }
}
