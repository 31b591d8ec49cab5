using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;
using Platform.Testing;

namespace Platform.Control.Tests.Problems;

public class ProblemTests
{
    public static TheoryData<string> BadNames =>
    [
        "ab", "a", "", "-ab", "ab-", "a--b", "ABC", "a.b", "a_b", "a b", "a/b", "..", "%2e%2e", "a\0b", "xn--80ak6aa92e", "аpple", "admin\u202e", "café",
        "0123456789012345678901234", "acme\n", "acme'; DROP TABLE tenants; --",
    ];

    [Theory, MemberData(nameof(BadNames))]
    public async Task CreateTenant_BadName_IsInvalid(string name)
    {
        await using var server = await ControlServer.StartAsync();

        using var response = await server.Operator.PostAsJsonAsync("/v1/tenants", new { name });

        await response.ProblemAsync(400, "invalid-name");
        Assert.Empty((await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants")).Items);
    }

    [Theory, MemberData(nameof(BadNames))]
    public async Task Deploy_BadAppName_IsInvalidOrNoPathOfTheApi(string name)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostDeployAsync("acme", Uri.EscapeDataString(name), Api.Wasm());

        Assert.Contains((int)response.StatusCode, new[] { 400, 404, 405 });
        Assert.True(name.Contains('\0') || response.Content.Headers.ContentType?.MediaType == "application/problem+json", "The server itself refuses NUL only.");
        Assert.Empty(server.Snapshot.Apps);
    }

    [Theory]
    [InlineData("' OR '1'='1")]
    [InlineData("x'); DELETE FROM tokens; --")]
    [InlineData("@tenant; %_\\ \" ` $1 {0}")]
    public async Task SqlMetacharacters_InFieldsAndKeys_AreInert(string text)
    {
        foreach (var dialect in new[] { Dialect.Sqlite, Dialect.Postgres })
        {
            await using var server = await ControlServer.StartAsync(dialect);
            var owner = await server.CreateTenantAsync("acme");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tenants/acme/tokens")
            {
                Content = JsonContent.Create(new CreateTokenRequest(text, TokenRole.Viewer)),
            };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", text);

            using var created = await owner.SendAsync(request);
            using var byId = await owner.GetAsync($"/v1/tenants/acme/tokens/{Uri.EscapeDataString(text)}");
            using var version = await owner.GetAsync($"/v1/tenants/acme/apps/web/versions/{Uri.EscapeDataString(text)}");

            Assert.Equal(text, (await created.ReadAsync<CreatedTokenResource>(201)).Name);
            await byId.ProblemAsync(404, "not-found");
            Assert.Contains((int)version.StatusCode, new[] { 400, 404 });
            Assert.Equal(new[] { text, "test" }.Order(StringComparer.Ordinal), (await owner.GetAsync<Page<TokenResource>>("/v1/tenants/acme/tokens")).Items.Select(t => t.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task UnknownPathAndMethod_UnderTheApi_AreProblems()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");

        using var path = await server.Operator.GetAsync("/v1/nothing/here");
        using var method = await server.Operator.PatchAsync("/v1/tenants/acme/apps", null);
        using var type = await server.Operator.PostAsync("/v1/tenants", new StringContent("name=acme", new MediaTypeHeaderValue("application/x-www-form-urlencoded")));
        using var query = await server.Operator.GetAsync("/v1/tenants?limit=many");

        await path.ProblemAsync(404, "not-found");
        await method.ProblemAsync(405, "method-not-allowed");
        Assert.Equal(["GET"], method.Content.Headers.Allow);
        await type.ProblemAsync(415, "unsupported-media-type");
        await query.ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task Body_UnknownField_IsNamedInTheAnswerAndItsValueIsNot()
    {
        await using var server = await ControlServer.StartAsync();

        using var response = await server.Operator.PostAsJsonAsync("/v1/tenants", new { name = "acme", tenantId = "planted-secret" });

        var body = await response.ProblemAsync(400, "invalid-request");
        Assert.Contains("tenantId", body, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_LargerThanAnyJson_IsTooLarge()
    {
        await using var server = await ControlServer.StartAsync();

        using var response = await server.Operator.PostAsJsonAsync("/v1/tenants", new { name = new string('a', 100_000) });

        await response.ProblemAsync(413, "too-large");
    }

    [Fact]
    public async Task CreateTenant_NameTaken_IsAConflict()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");

        using var response = await server.Operator.PostAsJsonAsync("/v1/tenants", new { name = "acme" });

        await response.ProblemAsync(409, "conflict");
    }

    [Fact]
    public async Task Store_GoneWhileRunning_IsUnavailableForNow()
    {
        await using var postgres = await PostgresServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using var server = await ControlServer.StartAsync(configure: options => options with { PostgresConnectionString = database });
        await server.CreateTenantAsync("acme");

        await postgres.DisposeAsync();
        using var response = await server.Operator.GetAsync("/v1/tenants");

        await response.ProblemAsync(503, "store-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task OpenApi_Document_DescribesEveryRouteWithIdSummaryAndParameters()
    {
        await using var server = await ControlServer.StartAsync();
        using var anonymous = server.Client(null);

        using var document = JsonDocument.Parse(await anonymous.GetStringAsync("/openapi/v1.json"));

        Assert.Equal("Platform API", document.RootElement.GetProperty("info").GetProperty("title").GetString());
        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Path: path.Name, operation.Value))).ToList();
        Assert.True(operations.Count >= 18, $"{operations.Count} operations");
        Assert.All(operations, operation =>
        {
            Assert.NotEmpty(operation.Value.GetProperty("operationId").GetString()!);
            Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
            Assert.Contains(
                operation.Value.GetProperty("tags")[0].GetString(), (string[])["Tenants", "Tokens", "Modules", "Apps", "Versions", "Logs", "Requests", "Metrics", "Triggers", "Channels", "Audit", "Members", "Users", "Sessions", "Operator", "Variables", "Secrets", "Limits", "Domains", "Usage", "Traffic", "Approvals"]);
            var named = operation.Path.Split('{').Skip(1).Select(part => part.Split('}')[0]);
            var declared = operation.Value.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "path").Select(p => p.GetProperty("name").GetString()!)
                : [];
            Assert.Equal(named.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
        });
    }
}
