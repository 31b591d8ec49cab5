using System.Net;
using System.Text;

namespace Platform.Host.Pages;

/// <summary>What a browser gets at <c>/</c> of the base domain until there is a dashboard: the next commands.</summary>
internal static class HomePage
{
    /// <summary>Maps the page; the commands are known once the process listens. Anybody may see them: they name no path of this machine.</summary>
    public static void MapHomePage(this IEndpointRouteBuilder endpoints, Func<NextCommands> commands)
    {
        var page = new Lazy<byte[]>(() => Encoding.UTF8.GetBytes(Render(commands())));
        endpoints.MapGet("/", context => WriteAsync(context, page.Value)).ExcludeFromDescription();
    }

    private static Task WriteAsync(HttpContext context, byte[] page)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Length;
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        return context.Response.Body.WriteAsync(page, context.RequestAborted).AsTask();
    }

    private static string Render(NextCommands commands) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Platform</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{background:#f3f3f3;padding:1rem;overflow:auto}</style>
        </head>
        <body>
        <h1>Platform {{WebUtility.HtmlEncode(ProductVersion.Text)}}</h1>
        <p>From a <code>.wasm</code> file to a URL:</p>
        <pre>{{WebUtility.HtmlEncode(string.Join('\n', commands.Deploy))}}</pre>
        <p>The API is described at <a href="/docs">/docs</a>, for programs at <a href="/openapi/v1.json">/openapi/v1.json</a>.</p>
        </body>
        </html>

        """;
}
