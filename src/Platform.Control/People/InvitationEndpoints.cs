using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Control.Sessions;

namespace Platform.Control.People;

/// <summary>What one-time links lead to: <c>/v1/invitations/accept</c>, <c>/v1/password-resets/complete</c>. Who holds the link needs no other credential.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/invitations/accept", AcceptAsync)
            .WithName("AcceptInvitation").WithSummary("Become a member by an invitation's link")
            .Refuses(
                Problem.Invalid("The password must have at least 10 characters."),
                Problem.HttpsRequired,
                Problem.LinkInvalid,
                Problem.SignInFirst,
                Problem.TooManyAttempts,
                Problem.CrossOrigin,
                Problem.NoAntiforgery);
        v1.MapPost("/password-resets/complete", CompleteResetAsync)
            .WithName("CompletePasswordReset").WithSummary("Set a password by a link; all sessions of the user end")
            .Refuses(
                Problem.Invalid("The password must have at least 10 characters."),
                Problem.HttpsRequired,
                Problem.LinkInvalid,
                Problem.TooManyAttempts);
    }

    private static async Task<Results<Ok<AcceptedInvitationResource>, ProblemHttpResult>> AcceptAsync(
        AcceptInvitationRequest body, HttpContext http, InvitationAcceptance acceptance, LinkGuesses guesses)
    {
        if (Refusal(http, guesses) is { } refusal)
        {
            return refusal;
        }

        var answer = await acceptance.AcceptAsync(http, body);
        guesses.Count(http, answer.Result);
        return answer;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> CompleteResetAsync(
        CompletePasswordResetRequest body, HttpContext http, PasswordResetStore store, Passwords passwords, LinkGuesses guesses, CancellationToken cancellationToken)
    {
        if (Refusal(http, guesses) is { } refusal)
        {
            return refusal;
        }

        var answer = await UseAsync(body, http, store, passwords, cancellationToken);
        guesses.Count(http, answer.Result);
        return answer;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UseAsync(
        CompletePasswordResetRequest body, HttpContext http, PasswordResetStore store, Passwords passwords, CancellationToken cancellationToken)
    {
        if (await store.FindUserAsync(body.Token, cancellationToken) is not { } user)
        {
            return Problem.LinkInvalid;
        }

        if (Passwords.ErrorOf(body.Password, user.Email) is { } error)
        {
            return Problem.Invalid(error);
        }

        var actor = CallerFactory.ActorOf(http, string.Create(CultureInfo.InvariantCulture, $"user:{user.Id}"), user.Email);
        return await store.CompleteAsync(body.Token, user, passwords.Hash(body.Password), actor, CancellationToken.None)
            ? TypedResults.NoContent()
            : Problem.LinkInvalid;
    }

    private static ProblemHttpResult? Refusal(HttpContext http, LinkGuesses guesses) => Transport.IsSafe(http) ? guesses.Refusal(http) : Problem.HttpsRequired;
}
