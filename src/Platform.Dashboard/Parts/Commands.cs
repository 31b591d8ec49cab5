using Microsoft.AspNetCore.Components;
using Platform.Dashboard.Api;

namespace Platform.Dashboard.Parts;

/// <summary>The curl commands that pages teach, for this platform; <c>$TOKEN</c> is an API token.</summary>
internal static class Commands
{
    /// <summary>A call without a body.</summary>
    public static string Call(NavigationManager navigation, string path, string options = "") =>
        $"curl -H \"Authorization: Bearer $TOKEN\" {options}{(options.Length > 0 ? " " : "")}{Url(navigation, path)}";

    /// <summary>A call with a JSON body.</summary>
    public static string Json(NavigationManager navigation, string path, string body, string method = "POST") =>
        Call(navigation, path, $"{(method == "POST" ? "" : $"-X {method} ")}--json '{body}'");

    /// <summary>A deploy.</summary>
    public static string Deploy(NavigationManager navigation, string tenant, string app) => Call(navigation, ApiPaths.App(tenant, app) + "/deploy", "-F module=@your.wasm");

    private static string Url(NavigationManager navigation, string path) => new Uri(new Uri(navigation.BaseUri), path).AbsoluteUri;
}
