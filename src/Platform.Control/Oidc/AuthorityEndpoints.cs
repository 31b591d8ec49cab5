using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Control.Sessions;

namespace Platform.Control.Oidc;

/// <summary><c>/v1/sessions/authority</c>: sends a browser to the configured authority to sign in.</summary>
internal static class AuthorityEndpoints
{
    /// <summary>The scheme of the browser's way through the authority.</summary>
    public const string Scheme = "PlatformAuthoritySignIn";

    public static void MapAuthority(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/sessions/authority", BeginPlain)
            .WithName("SignInAtAuthority").WithSummary("Sign a browser in at the configured OpenID Connect authority")
            .Produces(302)
            .Refuses(
                Problem.Invalid("'returnUrl' must be a path of this origin."),
                Problem.HttpsRequired,
                Problem.NotFound);
        v1.MapPost("/sessions/authority", BeginWithInvitationAsync)
            .WithName("AcceptInvitationAtAuthority").WithSummary("Accept an invitation as a user of the authority")
            .TakesForm(new FormMetadata(
                "application/x-www-form-urlencoded",
                [new FormField("invitation", "The invitation's token.", IsRequired: true), new FormField("returnUrl", "A path of this origin, where the browser goes in the end.")],
                TakesFiles: false))
            .Produces(302)
            .Refuses(
                Problem.Invalid("Send a form with the field 'invitation'."),
                Problem.FromStatus(415, "Send a form with the field 'invitation'."),
                Problem.CrossOrigin,
                Problem.HttpsRequired,
                Problem.NotFound,
                Problem.FromStatus(413));
    }

    private static IResult BeginPlain(HttpContext http, ControlOptions options, string? returnUrl) => Begin(http, options, returnUrl, null);

    private static async Task<IResult> BeginWithInvitationAsync(HttpContext http, ControlOptions options, CancellationToken cancellationToken)
    {
        if (!http.Request.HasFormContentType)
        {
            return Problem.FromStatus(415, "Send a form with the field 'invitation'.");
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        return !CookieRequests.IsOwnPage(http.Request) ? Problem.CrossOrigin
            : form["invitation"] is [{ Length: > 0 and <= 128 } invitation] ? Begin(http, options, form["returnUrl"], invitation)
            : Problem.Invalid("Send a form with the field 'invitation'.");
    }

    private static IResult Begin(HttpContext http, ControlOptions options, string? returnUrl, string? invitation)
    {
        if (options.Oidc is null)
        {
            return Problem.NotFound;
        }

        if (!Transport.IsSafe(http))
        {
            return Problem.HttpsRequired;
        }

        var target = string.IsNullOrEmpty(returnUrl) ? "/" : returnUrl;
        if (!RedirectHttpResult.IsLocalUrl(target))
        {
            return Problem.Invalid("'returnUrl' must be a path of this origin.");
        }

        var properties = new AuthenticationProperties { RedirectUri = target };
        if (invitation is not null)
        {
            properties.Items[AuthoritySignIn.InvitationProperty] = invitation;
        }

        return TypedResults.Challenge(properties, [Scheme]);
    }
}
