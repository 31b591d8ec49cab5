using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Control.Problems;
using Platform.Control.Sessions;
using Platform.Data;

namespace Platform.Control.People;

/// <summary>
/// Makes whoever holds an invitation's link a member: a user who is signed in, somebody whom the configured authority vouches for, or a new user with a password. An address alone proves
/// nothing: a user who is there already has to sign in.
/// </summary>
internal sealed class InvitationAcceptance(
    Database database, InvitationStore invitations, MemberStore members, UserStore users, LoginStore logins, Passwords passwords, CookieRequests cookies)
{
    /// <summary>Accepts; the result is the answer.</summary>
    public async Task<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>> AcceptAsync(HttpContext http, AcceptInvitationRequest body)
    {
        if (await invitations.FindAsync(body.Token, http.RequestAborted) is not { } invitation)
        {
            return Problem.LinkInvalid;
        }

        var isSignedIn = http.Request.Headers.Authorization.Count > 0 || SessionCookie.IsSent(http.Request);
        var signedIn = isSignedIn ? await http.AuthenticateAsync(AccessSchemes.Any) : AuthenticateResult.NoResult();
        if (http.Features.Get<Caller>() is { } caller)
        {
            return caller.UserId is not { } user ? Problem.Invalid("An invitation is for a person: accept it with a session of a user, or without signing in.")
                : caller.IsCookie && await cookies.CheckAsync(http) is { } refusal ? refusal
                : await JoinAsync(invitation, caller.Actor, _ => Task.FromResult<UserRow?>(new UserRow { Id = user, Email = caller.Email!, Name = "", CreatedAt = 0 }));
        }

        if (http.Features.Get<AuthorityIdentity>() is { } identity)
        {
            return await JoinAsync(http, invitation, identity);
        }

        if (isSignedIn && signedIn.Failure is not null)
        {
            return Problem.NotSignedIn;
        }

        return await AcceptWithPasswordAsync(http, body, invitation);
    }

    /// <summary>Accepts as somebody whom the authority vouches for; a user of that identity joins, else one is made.</summary>
    public async Task<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>> AcceptAsync(HttpContext http, string token, AuthorityIdentity identity) =>
        await invitations.FindAsync(token, http.RequestAborted) is { } invitation ? await JoinAsync(http, invitation, identity) : Problem.LinkInvalid;

    private async Task<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>> JoinAsync(HttpContext http, InvitationRow invitation, AuthorityIdentity identity)
    {
        if (await users.FindByLoginAsync(identity.Issuer, identity.Subject, http.RequestAborted) is { } known)
        {
            return await JoinAsync(invitation, CallerFactory.OfUser(http, known.Id, known.Email).Actor, _ => Task.FromResult<UserRow?>(known));
        }

        var actor = CallerFactory.ActorOf(http, $"invitation:{invitation.Id}", identity.Name);
        return await JoinAsync(invitation, actor, connection => logins.AddUserAsync(connection, identity, invitation.Email, actor));
    }

    private async Task<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>> AcceptWithPasswordAsync(
        HttpContext http, AcceptInvitationRequest body, InvitationRow invitation)
    {
        if (await users.FindByEmailAsync(invitation.Email, http.RequestAborted) is not null)
        {
            return Problem.SignInFirst;
        }

        if (Passwords.ErrorOf(body.Password ?? "", invitation.Email) is { } error)
        {
            return Problem.Invalid(error);
        }

        var name = body.Name ?? invitation.Email;
        if (name.Length is 0 or > UserNames.MaxLength || name.Any(char.IsControl))
        {
            return Problem.Invalid($"'name' must be 1 to {UserNames.MaxLength} characters without control characters.");
        }

        // Hashed before the transaction: it takes a tenth of a second.
        var hash = passwords.Hash(body.Password!);
        var actor = CallerFactory.ActorOf(http, $"invitation:{invitation.Id}", invitation.Email);
        return await JoinAsync(invitation, actor, connection => users.AddAsync(connection, invitation.Email, name, hash, actor));
    }

    private async Task<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>> JoinAsync(
        InvitationRow invitation, Actor actor, Func<System.Data.Common.DbConnection, Task<UserRow?>> find)
    {
        var tenant = new TenantScope(invitation.TenantId, invitation.Tenant);
        try
        {
            return await database.WriteAsync<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>>(
                async connection =>
                {
                    if (!await InvitationStore.TakeAsync(connection, invitation))
                    {
                        return Problem.LinkInvalid;
                    }

                    var user = await find(connection) ?? throw new UserExistsException();
                    var role = await members.AddAsync(connection, tenant, user.Id, TokenRoles.ToApi(invitation.Role), actor);
                    return TypedResults.Ok(new AcceptedInvitationResource(tenant.Name, role, user.Email));
                },
                CancellationToken.None);
        }
        catch (UserExistsException)
        {
            return Problem.SignInFirst;
        }
    }

    /// <summary>Rolls the transaction back, so that the link still works for who signs in.</summary>
    private sealed class UserExistsException : Exception;
}
