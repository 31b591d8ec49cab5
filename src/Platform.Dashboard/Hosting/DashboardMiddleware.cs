using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Platform.Contracts.Api;
using Platform.Contracts.Http;

namespace Platform.Dashboard.Hosting;

/// <summary>
/// Stands before everything of the dashboard. 1. Only on the platform's own names. 2. The policy that holds in the browser. 3. A circuit is asked for by a page of this origin only: apps may live on the same site, whose
/// pages the browser lets open WebSockets with the visitor's cookie. 4. Who is signed in, by the API's own word; nobody else gets a page's code, or a circuit. 5. So many pages of one visitor.
/// </summary>
internal sealed class DashboardMiddleware(RequestDelegate next, DashboardOptions options, ApiDispatcher api, OpenPages pages, PageConnection connection)
{
    // Styles may be inline: MudBlazor sets its theme and the places of its popovers so.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    private const string Connection = "/_blazor";
    private static readonly PathString Negotiation = new("/_blazor/negotiate");

    public Task InvokeAsync(HttpContext context)
    {
        if (!options.IsOwnHost(context.Request.Headers.Host.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        // As late as can be: Blazor sets headers of its own.
        context.Response.OnStarting(SetHeaders, context.Response);
        var kind = context.GetEndpoint()!.Metadata.GetMetadata<DashboardMetadata>();
        return kind == DashboardMetadata.Asset || kind == DashboardMetadata.SignIn ? next(context) : ForSignedInAsync(context, kind == DashboardMetadata.Page);
    }

    private async Task ForSignedInAsync(HttpContext context, bool isPage)
    {
        var request = context.Request;
        if (!isPage && request.Headers.Origin != $"{request.Scheme}://{request.Host}" && request.Headers["Sec-Fetch-Site"] != "same-origin")
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var cookie = SessionCookieNames.For(request.IsHttps) is var name && request.Cookies[name] is { } value ? $"{name}={value}" : null;
        var visitor = cookie is null
            ? null
            : new Visitor(cookie, request.Scheme, request.Host.ToString(), context.Connection.RemoteIpAddress, context.Connection.RemotePort);
        var answer = visitor is null ? null : await api.SendAsync(visitor, new ApiCall(HttpMethod.Get, "/v1/me"), context.RequestAborted);
        if (visitor is null || answer!.Status == StatusCodes.Status401Unauthorized)
        {
            Refuse(context, isPage);
            return;
        }

        if (answer.Status != StatusCodes.Status200OK)
        {
            // As the API said it: too many calls, or a store that can't be reached.
            context.Response.StatusCode = answer.Status;
            context.Response.Headers.RetryAfter = answer.Headers.RetryAfter;
            context.Response.ContentType = answer.Headers.ContentType;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
            return;
        }

        visitor = visitor with { Me = JsonSerializer.Deserialize<MeResource>(answer.Body, JsonSerializerOptions.Web) };
        context.User = new ClaimsPrincipal(new VisitorIdentity(visitor));
        await ForVisitorAsync(context, visitor, isPage);
    }

    private Task ForVisitorAsync(HttpContext context, Visitor visitor, bool isPage)
    {
        if (isPage && pages.IsFull(OpenPages.OwnerOf(visitor.Me!)))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return context.Response.WriteAsync($"Too many pages are open: {OpenPages.Most} of yours. Close some, then load this one again.", context.RequestAborted);
        }

        // Routing takes a slash at the end for nothing, and so does this.
        if (string.Equals(context.Request.Path.Value!.TrimEnd('/'), Connection, StringComparison.OrdinalIgnoreCase))
        {
            return connection.HoldAsync(context, visitor, next);
        }

        // Pages open a WebSocket at once.
        if (context.Request.Path.StartsWithSegments(Negotiation))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    }

    private static void Refuse(HttpContext context, bool isPage)
    {
        if (isPage)
        {
            context.Response.Redirect($"/sign-in?returnUrl={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    }

    private static Task SetHeaders(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers[HeaderNames.CacheControl] = headers.CacheControl.Count == 0 ? "no-store" : headers.CacheControl;
        return Task.CompletedTask;
    }
}
