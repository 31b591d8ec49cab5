using System.Net.Http.Headers;
using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Variables;

/// <summary>What the tests say of an app's values, by intent: the app <c>web</c> of the tenant <c>acme</c>.</summary>
internal static class Values
{
    public const string App = "/v1/tenants/acme/apps/web";

    public static Task<HttpResponseMessage> PutAsync(this HttpClient client, string path, string value, string? match = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path.StartsWith('/') ? path : $"{App}/{path}") { Content = JsonContent.Create(new SetValueRequest(value)) };
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        return client.SendAsync(request);
    }

    /// <summary>Sets a value and returns its ETag.</summary>
    public static async Task<EntityTagHeaderValue> SetAsync(this HttpClient client, string path, string value)
    {
        using var response = await client.PutAsync(path, value);
        Assert.True((int)response.StatusCode == 204, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response.Headers.ETag!;
    }

    public static async Task<IReadOnlyList<string>> ListAsync<T>(this HttpClient client, string path, Func<T, string> text) =>
        [.. (await client.GetAsync<Page<T>>($"{App}/{path}")).Items.Select(text)];

    /// <summary>The values that workers are given, as <c>name=value</c>.</summary>
    public static IEnumerable<string> Live(this ControlServer server, string app = "web") => server.Snapshot.Apps[new AppKey("acme", app)].Configuration.Values
        .Select(static value => $"{value.Key}={value.Value}").Order(StringComparer.Ordinal);

    /// <summary>Deploys a manifest with these lines of <c>[variables]</c>.</summary>
    public static Task<HttpResponseMessage> DeployVariablesAsync(this HttpClient client, string variables, string query = "") => client.PostAsync(
        $"{App}/deploy{query}",
        Api.Form(
            $"""
            spin_manifest_version = 2
            [application]
            name = "web"
            [variables]
            {variables}
            [[trigger.http]]
            route = "/..."
            component = "main"
            [component.main]
            source = "main.wasm"
            """,
            ("main.wasm", Api.Wasm())));
}
