using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Problems;

namespace Platform.Control.Sessions;

/// <summary><c>/v1/sessions</c>, and the keys that access tokens are signed with.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/sessions", SignInAsync)
            .WithName("SignIn").WithSummary("Sign in with address and password, or with an API token")
            .Produces<SessionResource>(201)
            .Refuses(
                Problem.Invalid("Send 'email' and 'password', or 'token'."),
                Problem.SignInFailed,
                Problem.HttpsRequired,
                Problem.CrossOrigin,
                Problem.SignInLocked,
                Problem.TooManyAttempts);
        v1.MapPost("/sessions/refresh", RefreshAsync)
            .WithName("RefreshSession").WithSummary("Get the next access token of a session")
            .Refuses(
                Problem.SessionEnded,
                Problem.HttpsRequired);
        v1.MapDelete("/sessions/current", SignOutAsync).RequireAccess(AccessLevel.SignedIn)
            .WithName("SignOut").WithSummary("End the session that the call belongs to")
            .Refuses(Problem.Invalid("The call belongs to no session: it came with an API token."));
        v1.MapGet("/sessions/current/antiforgery", GetAntiforgery).RequireAccess(AccessLevel.SignedIn)
            .WithName("GetAntiforgery").WithSummary("Get what a page sends with its writes when its session is in a cookie");
        v1.MapPost("/signing-keys/replace", ReplaceKeysAsync).RequireAccess(AccessLevel.Operator)
            .WithName("ReplaceSigningKeys").WithSummary("Sign access tokens with a new key and refuse those of the keys before; sessions go on");
    }

    private static async Task<IResult> SignInAsync(SignInRequest body, HttpContext http, SignIn signIn, CancellationToken cancellationToken)
    {
        if (!Transport.IsSafe(http))
        {
            return Problem.HttpsRequired;
        }

        // Another site's page could else sign a browser in as somebody else, whose things its user then takes for their own.
        if (body.Cookie && !CookieRequests.IsOwnPage(http.Request))
        {
            return Problem.CrossOrigin;
        }

        return await signIn.RunAsync(http, body, cancellationToken);
    }

    private static async Task<Results<Ok<SessionResource>, ProblemHttpResult>> RefreshAsync(
        RefreshSessionRequest body, HttpContext http, SessionStore store, SessionCheck check, AccessTokens tokens, CancellationToken cancellationToken)
    {
        if (!Transport.IsSafe(http))
        {
            return Problem.HttpsRequired;
        }

        var actor = CallerFactory.ActorOf(http, "refresh-token", null);
        if (await store.RefreshAsync(body.RefreshToken, actor, cancellationToken) is not var (row, text) || await check.CallerOfAsync(http, row) is not { } caller)
        {
            return Problem.SessionEnded;
        }

        var (token, expires) = tokens.Issue(row.Id, caller.Id);
        return TypedResults.Ok(new SessionResource(token, expires, text, DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SignOutAsync(
        CallerAccess access, HttpContext http, SessionStore store, CancellationToken cancellationToken)
    {
        if (access.Caller.SessionId is not { } session)
        {
            return Problem.Invalid("The call belongs to no session: it came with an API token.");
        }

        await store.DeleteAsync(session, "session.delete", access.Actor, cancellationToken);
        if (access.Caller.IsCookie)
        {
            SessionCookie.Delete(http);
        }

        return TypedResults.NoContent();
    }

    private static Ok<AntiforgeryResource> GetAntiforgery(HttpContext http, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(http);
        return TypedResults.Ok(new AntiforgeryResource(tokens.HeaderName!, tokens.RequestToken!));
    }

    private static async Task<NoContent> ReplaceKeysAsync(CallerAccess access, SigningKeys keys, CancellationToken cancellationToken)
    {
        await keys.ReplaceAsync(access.Actor, cancellationToken);
        return TypedResults.NoContent();
    }
}
