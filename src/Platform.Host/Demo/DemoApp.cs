using System.Net;
using System.Net.Http.Headers;
using Platform.Host.Startup;

namespace Platform.Host.Demo;

/// <summary>
/// The sample app of a new store: tenant <c>demo</c>, app <c>hello</c>. It goes the way of every app, through the API, so that it is nothing special afterwards;
/// since only a new store gets it, one that was deleted stays deleted.
/// </summary>
internal static class DemoApp
{
    public const string Tenant = "demo";
    public const string App = "hello";

    private const string Module = "Platform.Host.Demo.hello.wasm";

    /// <summary>Creates the tenant and deploys the app.</summary>
    /// <param name="api">Where this process listens.</param>
    /// <param name="token">The operator's.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task DeployAsync(Uri api, OperatorToken token, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = api };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Read());

        // The base domain whatever address was listened on: an IP literal counts as it.
        using var tenant = await client.PostAsJsonAsync("/v1/tenants", new { name = Tenant }, cancellationToken);
        if (tenant.StatusCode == HttpStatusCode.Conflict)
        {
            // Somebody else was faster, whose tenant it is.
            return;
        }

        await RequireAsync(tenant, cancellationToken);

        await using var module = typeof(DemoApp).Assembly.GetManifestResourceStream(Module)
            ?? throw new InvalidOperationException($"the resource {Module} isn't in the program");
        using var form = new MultipartFormDataContent { { new StreamContent(module), "module", "hello.wasm" } };
        using var deployed = await client.PostAsync($"/v1/tenants/{Tenant}/apps/{App}/deploy", form, cancellationToken);
        await RequireAsync(deployed, cancellationToken);
    }

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new StartupException(
                $"the sample app can't be deployed: {(int)response.StatusCode} {OneLine.Of(answer)}; start with --demo false to go on without it");
        }
    }
}
