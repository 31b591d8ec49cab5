using System.Text;
using Platform.Control.Sessions;

namespace Platform.Host.Pages;

/// <summary>
/// Where one-time links lead, without a session and so without a circuit: <c>/join</c> and <c>/reset-password</c>. What the link holds is behind its <c>#</c>, which only the page's script reads and sends to the API.
/// </summary>
internal static class OneTimePages
{
    private const string ScriptPath = "/pages/one-time.js";

    private static readonly byte[] Script = ReadScript();

    // Sends the browser to the authority with the invitation, which the script puts in.
    private const string AuthorityForm =
        """
        <form method="post" action="/v1/sessions/authority" data-authority>
        <input type="hidden" name="invitation">
        <p>Or join as who you are in your organization, without a password of your own here.</p>
        <button>Join with your organization</button>
        </form>
        """;

    /// <summary>Maps both pages and their script.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="hasAuthority">Whether people can join as users of an OpenID Connect authority.</param>
    public static void MapOneTimePages(this IEndpointRouteBuilder endpoints, bool hasAuthority)
    {
        var join = Encoding.UTF8.GetBytes(Page("Join", "/v1/invitations/accept", "You are invited. Choose a password of at least 10 characters.", withName: true, hasAuthority ? AuthorityForm : ""));
        var reset = Encoding.UTF8.GetBytes(Page("Set a new password", "/v1/password-resets/complete", "Choose a password of at least 10 characters. All your sessions end.", withName: false, ""));

        // The targets of a form are those of its redirects too, and an authority may lead on to any other.
        endpoints.MapGet("/join", context => WriteAsync(context, join, hasAuthority ? "*" : "'none'")).ExcludeFromDescription();
        endpoints.MapGet("/reset-password", context => WriteAsync(context, reset, "'none'")).ExcludeFromDescription();
        endpoints.MapGet(ScriptPath, static context => WriteAsync(context, "text/javascript; charset=utf-8", Script, "'none'")).ExcludeFromDescription();
    }

    private static Task WriteAsync(HttpContext context, byte[] page, string formTargets) =>
        Transport.IsSafe(context)
            ? WriteAsync(context, "text/html; charset=utf-8", page, formTargets)
            : WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Shell(
                "HTTPS required", "<p>A password doesn't travel in plain HTTP. Open this link with <code>https</code>; if there is none, ask the operator to set up TLS.</p>")), "'none'");

    private static Task WriteAsync(HttpContext context, string type, byte[] content, string formTargets)
    {
        var headers = context.Response.Headers;
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action {formTargets}; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static string Page(string title, string api, string text, bool withName, string more) => Shell(
        title,
        $"""
        <p>{text}</p>
        <form id="form" data-api="{api}">
        {(withName ? """<label>Name <input name="name" autocomplete="name" maxlength="100"></label>""" : "")}
        <label>Password <input name="password" type="password" autocomplete="new-password" minlength="10" maxlength="256" required></label>
        <button>Go on</button>
        </form>
        {more}
        <p id="answer" role="status"></p>
        <p id="next" hidden><a href="/sign-in">Sign in</a></p>
        <script src="{ScriptPath}"></script>
        """);

    private static string Shell(string title, string body) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{{title}}</title>
        <style>:root{color-scheme:light dark}body{background:Canvas;color:CanvasText;font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem}label,button{display:block;margin:1rem 0}input{display:block;width:100%;font:inherit}</style>
        </head>
        <body>
        <h1>{{title}}</h1>
        {{body}}
        </body>
        </html>

        """;

    private static byte[] ReadScript()
    {
        using var stream = typeof(OneTimePages).Assembly.GetManifestResourceStream("Platform.Host.Pages.one-time.js")
            ?? throw new InvalidOperationException("the page's script isn't in the program");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
