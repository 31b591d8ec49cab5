using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Platform.Host.Pages;

/// <summary>
/// The API's reference for browsers at <c>/docs</c>, made by Scalar of the OpenAPI document. All of it comes from this process: fonts, telemetry, proxy, chat and other services of its makers are off, and the page's
/// policy lets it reach no other host.
/// </summary>
internal static class ApiReferencePage
{
    public static void MapApiReference(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapScalarApiReference("/docs", static (options, context) =>
        {
            options.Title = "Platform API";
            options.OpenApiRoutePattern = "/openapi/{documentName}.json";
            options.DefaultFonts = false;
            options.ProxyUrl = null;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.DisableAgent().DisableMcp();

            options.Nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' 'nonce-{options.Nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
        }).ExcludeFromDescription();
}
