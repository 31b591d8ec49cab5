using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Access;

/// <summary>Attack B1: every operation of the OpenAPI document, so that no route that is added later can be forgotten.</summary>
public partial class ForeignTenantTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task EveryOperation_OnAnotherTenant_IsTheSameNotFoundAsOnNoTenant(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var other = await server.CreateTenantAsync("other");
        using var member = await server.CreateUserAsync("other", "jo@example.com", TokenRole.Owner);
        var before = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items.Count;
        var operations = await OperationsAsync(server);
        Assert.True(operations.Count > 50, $"{operations.Count} operations of a tenant in the document");

        foreach (var (method, path) in operations)
        {
            foreach (var client in (HttpClient[])[other, member])
            {
                using var foreign = await SendAsync(client, method, Fill(path, "acme"));
                using var missing = await SendAsync(client, method, Fill(path, "nobody"));
                Assert.True((int)foreign.StatusCode == 404, $"{method} {path}: {(int)foreign.StatusCode}");
                Assert.Equal(404, (int)missing.StatusCode);
                Assert.Equal(await missing.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
            }
        }

        Assert.Equal(before, (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items.Count);
        Assert.Equal(1, (await owner.GetAsync<AppResource>("/v1/tenants/acme/apps/web")).Version);
    }

    [Fact]
    public async Task EveryOperation_WithoutACredential_IsUnauthorizedUnlessItIsToGetOne()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var nobody = server.Client(null);
        using var client = server.Client(null);
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        var open = new List<string>();

        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                using var response = await SendAsync(nobody, operation.Name.ToUpperInvariant(), Fill(path.Name, "acme"));
                if ((int)response.StatusCode != 401)
                {
                    open.Add(operation.Value.GetProperty("operationId").GetString()!);
                }
            }
        }

        Assert.Equal(
            ["AcceptInvitation", "AcceptInvitationAtAuthority", "CompletePasswordReset", "GetJwks", "RefreshSession", "SignIn", "SignInAtAuthority"], open.Order(StringComparer.Ordinal));
    }

    private static async Task<List<(string Method, string Path)>> OperationsAsync(ControlServer server)
    {
        using var document = JsonDocument.Parse(await server.Operator.GetStringAsync("/openapi/v1.json"));
        return [.. document.RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.Contains("{tenant}", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (operation.Name.ToUpperInvariant(), path.Name)))];
    }

    private static string Fill(string path, string tenant) => Parameter().Replace(path, match => match.Groups["name"].Value switch
    {
        "tenant" => tenant,
        "app" => "web",
        "hex" => new string('0', 64),
        "id" or "version" => "1",
        _ => "some.name",
    });

    // Routing refuses other media types before it knows the caller, so the body claims to be JSON.
    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path) => client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
    {
        Content = method is "POST" or "PATCH" || (method == "PUT" && !path.Contains("/modules/", StringComparison.Ordinal))
            ? new StringContent("{}", new MediaTypeHeaderValue("application/json"))
            : null,
    });

    [GeneratedRegex(@"\{(?<name>[^}]+)\}")]
    private static partial Regex Parameter();
}
