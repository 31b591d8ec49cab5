using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Platform.Control.Access;
using Platform.Control.People;
using Platform.Control.Problems;
using Platform.Control.Sessions;

namespace Platform.Control.Oidc;

/// <summary>How the framework's OpenID Connect handler signs a browser in: authorization code with PKCE; what comes back becomes a session of ours in its cookie, and nothing of the authority's tokens is kept.</summary>
internal static class AuthoritySignIn
{
    /// <summary>Where the authority sends the browser back to.</summary>
    public const string CallbackPath = "/v1/sessions/authority/callback";

    /// <summary>The property of a sign-in that accepts an invitation.</summary>
    public const string InvitationProperty = "invitation";

    public static void Configure(OpenIdConnectOptions options, OidcOptions authority, TimeProvider time)
    {
        options.Authority = authority.Authority.AbsoluteUri;
        options.RequireHttpsMetadata = !authority.Authority.IsLoopback;
        options.ClientId = authority.ClientId;
        options.ClientSecret = authority.ClientSecret;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // A form that another site posts here would need cookies that browsers send cross-site over TLS only.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.CallbackPath = CallbackPath;
        options.SignInScheme = AccessSchemes.Cookie;
        options.TimeProvider = time;
        options.TokenValidationParameters = AuthorityBearer.Rules(authority.ClientId);
        options.Scope.Clear();
        foreach (var scope in authority.Scopes)
        {
            options.Scope.Add(scope);
        }

        options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.Events = new OpenIdConnectEvents { OnTicketReceived = SignInAsync, OnRemoteFailure = FailAsync };
    }

    private static async Task SignInAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        context.HandleResponse();
        var services = http.RequestServices;
        var subject = context.Principal!.FindFirst("sub")!;
        var identity = new AuthorityIdentity(subject.Issuer, subject.Value, context.Principal.FindFirst("name")?.Value);
        if (context.Properties!.Items.TryGetValue(InvitationProperty, out var invitation) && await JoinAsync(http, invitation!, identity) is ProblemHttpResult refusal)
        {
            await RefuseAsync(http, context.ReturnUri, "invitation", refusal);
            return;
        }

        if (await services.GetRequiredService<UserStore>().FindByLoginAsync(identity.Issuer, identity.Subject, http.RequestAborted) is not { } user)
        {
            await RefuseAsync(http, context.ReturnUri, "no-user", Problem.NoUser);
            return;
        }

        await services.GetRequiredService<SignIn>().CreateAsync(http, CallerFactory.OfUser(http, user.Id, user.Email), isCookie: true, http.RequestAborted);
        http.Response.Redirect(context.ReturnUri!);
    }

    private static async Task<IResult> JoinAsync(HttpContext http, string invitation, AuthorityIdentity identity)
    {
        var guesses = http.RequestServices.GetRequiredService<LinkGuesses>();
        if (guesses.Refusal(http) is { } wait)
        {
            return wait;
        }

        var answer = await http.RequestServices.GetRequiredService<InvitationAcceptance>().AcceptAsync(http, invitation, identity);
        guesses.Count(http, answer.Result);
        return answer.Result;
    }

    // What the authority says may hold anything: it is no part of the answer.
    private static Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        return RefuseAsync(context.HttpContext, context.Properties?.RedirectUri, "authority", Problem.AuthorityFailed);
    }

    // A person is led back to where one signs in, which says why (the dashboard's SignInPage), with where they wanted to go; a program gets the problem.
    private static Task RefuseAsync(HttpContext http, string? returnUrl, string reason, ProblemHttpResult refusal)
    {
        if (!http.Request.GetTypedHeaders().Accept.Any(static type => type.MediaType == "text/html"))
        {
            return refusal.ExecuteAsync(http);
        }

        http.Response.Redirect($"/sign-in?refused={reason}&returnUrl={Uri.EscapeDataString(returnUrl ?? "/")}");
        return Task.CompletedTask;
    }
}
