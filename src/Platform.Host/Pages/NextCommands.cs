namespace Platform.Host.Pages;

/// <summary>The curl commands that take an operator from a started platform to a deployed app. They read the token from its file: it is never shown.</summary>
/// <param name="apiUrl">Where the API is, without a slash at its end.</param>
/// <param name="appsAuthority">The domain and port that apps live under.</param>
/// <param name="tokenFile">The operator token's file.</param>
internal sealed class NextCommands(Uri apiUrl, string appsAuthority, string tokenFile)
{
    private readonly string _api = apiUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>Where people look at it, and how they get in.</summary>
    public string Dashboard => $"{_api}/ (the first sign-in is with the token in {tokenFile})";

    /// <summary>Create a tenant, a token and an app, and call it.</summary>
    public IReadOnlyList<string> Deploy =>
    [
        $"curl -H \"Authorization: Bearer $(cat {tokenFile})\" --json '{{\"name\":\"acme\"}}' {_api}/v1/tenants",
        $"TOKEN=$(curl -s -H \"Authorization: Bearer $(cat {tokenFile})\" --json '{{\"name\":\"ci\",\"role\":\"developer\"}}' "
            + $"{_api}/v1/tenants/acme/tokens | grep -o 'plat_[A-Za-z0-9_-]*')",
        $"curl -H \"Authorization: Bearer $TOKEN\" -F module=@your.wasm {_api}/v1/tenants/acme/apps/hello/deploy",
        $"curl {AppUrl("hello", "acme")}",
    ];

    /// <summary>Call the sample app: with a name that curl and browsers resolve by themselves, and without.</summary>
    public IReadOnlyList<string> Demo =>
    [
        $"curl {AppUrl("hello", "demo")}",
        $"curl -H 'Host: hello--demo.{appsAuthority.Split(':')[0]}' {_api}/",
    ];

    private string AppUrl(string app, string tenant) => $"{apiUrl.Scheme}://{app}--{tenant}.{appsAuthority}/";
}
