using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Control.Access;
using Platform.Control.Keys;
using Platform.Control.Oidc;

namespace Platform.Control.Sessions;

/// <summary>Registers sessions and every way to say who calls.</summary>
internal static class SessionServices
{
    private const string AntiforgeryHeader = "platform-antiforgery";

    public static void AddSessions(this IServiceCollection services, ControlOptions options)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<IReencryptable>(provider => provider.GetRequiredService<SigningKeys>());
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionCheck>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<CookieRequests>();
        services.AddAntiforgery(static antiforgery =>
        {
            antiforgery.HeaderName = AntiforgeryHeader;
            antiforgery.SuppressReadingTokenFromFormBody = true;
            antiforgery.Cookie.Name = AntiforgeryHeader;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        AddSchemes(services, options);
    }

    private static void AddSchemes(IServiceCollection services, ControlOptions options)
    {
        var hasAuthority = options.Oidc is not null;
        var authentication = services.AddAuthentication()
            .AddPolicyScheme(AccessSchemes.Any, null, policy =>
            {
                policy.ForwardDefaultSelector = context => AccessSchemes.Select(context, hasAuthority);
                policy.ForwardChallenge = AccessSchemes.Token;
            })
            .AddScheme<AuthenticationSchemeOptions, TokenAuthenticationHandler>(AccessSchemes.Token, null)
            .AddScheme<AuthenticationSchemeOptions, CookieAuthenticationHandler>(AccessSchemes.Cookie, null)
            .AddJwtBearer(AccessSchemes.Session, static _ => { });
        services.AddOptions<JwtBearerOptions>(AccessSchemes.Session).Configure<SigningKeys, TimeProvider>(SessionBearer.Configure);
        if (options.Oidc is { } oidc)
        {
            authentication.AddJwtBearer(AccessSchemes.Authority, static _ => { }).AddOpenIdConnect(AuthorityEndpoints.Scheme, static _ => { });
            services.AddOptions<JwtBearerOptions>(AccessSchemes.Authority).Configure<TimeProvider>((bearer, time) => AuthorityBearer.Configure(bearer, oidc, time));
            services.AddOptions<OpenIdConnectOptions>(AuthorityEndpoints.Scheme).Configure<TimeProvider>((signIn, time) => AuthoritySignIn.Configure(signIn, oidc, time));
        }
    }
}
