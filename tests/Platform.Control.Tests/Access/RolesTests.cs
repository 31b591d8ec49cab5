using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Access;

public class RolesTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    /// <summary>Every route, with the least role it takes.</summary>
    private static readonly (string Method, string Path, string Least)[] Routes =
    [
        ("POST", "/v1/tenants", "operator"),
        ("GET", "/v1/tenants", "operator"),
        ("PATCH", "/v1/tenants/acme", "operator"),
        ("DELETE", "/v1/tenants/acme", "operator"),
        ("GET", "/v1/users", "operator"),
        ("DELETE", "/v1/users/9999", "operator"),
        ("POST", "/v1/users/9999/password-reset", "operator"),
        ("POST", "/v1/signing-keys/replace", "operator"),
        ("GET", "/v1/tenants/acme/members", "viewer"),
        ("POST", "/v1/tenants/acme/members", "owner"),
        ("GET", "/v1/tenants/acme/members/9999", "viewer"),
        ("PATCH", "/v1/tenants/acme/members/9999", "owner"),
        ("DELETE", "/v1/tenants/acme/members/9999", "owner"),
        ("POST", "/v1/tenants/acme/members/9999/password-reset", "owner"),
        ("GET", "/v1/tenants/acme/invitations", "owner"),
        ("DELETE", "/v1/tenants/acme/invitations/9999", "owner"),
        ("GET", "/v1/workers", "operator"),
        ("GET", "/v1/audit", "operator"),
        ("GET", "/v1/audit/export", "operator"),
        ("GET", "/v1/tenants/acme", "viewer"),
        ("GET", "/v1/tenants/acme/quota", "viewer"),
        ("GET", "/v1/tenants/acme/usage", "viewer"),
        ("GET", "/v1/tenants/acme/usage/export", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/usage", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/usage/export", "viewer"),
        ("GET", "/v1/tenants/acme/audit", "owner"),
        ("GET", "/v1/tenants/acme/audit/export", "owner"),
        ("POST", "/v1/tenants/acme/tokens", "owner"),
        ("GET", "/v1/tenants/acme/tokens", "owner"),
        ("GET", "/v1/tenants/acme/tokens/1", "owner"),
        ("DELETE", "/v1/tenants/acme/tokens/9999", "owner"),
        ("PUT", $"/v1/tenants/acme/modules/sha256:{new string('0', 64)}", "developer"),
        ("GET", $"/v1/tenants/acme/modules/sha256:{new string('0', 64)}", "viewer"),
        ("HEAD", $"/v1/tenants/acme/modules/sha256:{new string('0', 64)}", "viewer"),
        ("GET", "/v1/tenants/acme/apps", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web", "viewer"),
        ("DELETE", "/v1/tenants/acme/apps/none", "developer"),
        ("POST", "/v1/tenants/acme/restore", "operator"),
        ("POST", "/v1/tenants/acme/apps/none/restore", "developer"),
        ("DELETE", "/v1/tenants/acme/apps/none?purge=true", "owner"),
        ("POST", "/v1/tenants/acme/apps/web/deploy", "developer"),
        ("POST", "/v1/tenants/acme/apps/web/rollback", "developer"),
        ("GET", "/v1/tenants/acme/settings", "owner"),
        ("PUT", "/v1/tenants/acme/settings", "owner"),
        ("POST", "/v1/tenants/acme/apps/web/versions/1/approve", "owner"),
        ("GET", "/v1/tenants/acme/apps/web/traffic", "viewer"),
        ("PUT", "/v1/tenants/acme/apps/web/traffic", "developer"),
        ("GET", "/v1/tenants/acme/apps/web/versions", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/versions/1", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/variables", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/variables/none", "viewer"),
        ("PUT", "/v1/tenants/acme/apps/web/variables/none", "developer"),
        ("DELETE", "/v1/tenants/acme/apps/web/variables/none", "developer"),
        ("GET", "/v1/tenants/acme/apps/web/secrets", "viewer"),
        ("PUT", "/v1/tenants/acme/apps/web/secrets/none", "developer"),
        ("DELETE", "/v1/tenants/acme/apps/web/secrets/none", "developer"),
        ("GET", "/v1/tenants/acme/apps/web/limits", "viewer"),
        ("PUT", "/v1/tenants/acme/apps/web/limits", "developer"),
        ("GET", "/v1/tenants/acme/apps/web/logs", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/requests", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/requests/none", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/metrics", "viewer"),
        ("POST", "/v1/tenants/acme/apps/web/domains", "developer"),
        ("GET", "/v1/tenants/acme/apps/web/domains", "viewer"),
        ("GET", "/v1/tenants/acme/apps/web/domains/www.example.com", "viewer"),
        ("POST", "/v1/tenants/acme/apps/web/domains/www.example.com/verify", "developer"),
        ("DELETE", "/v1/tenants/acme/apps/web/domains/www.example.com", "developer"),
        ("PUT", "/v1/tenants/acme/apps/web/domains/www.example.com/certificate", "developer"),
        ("DELETE", "/v1/tenants/acme/apps/web/domains/www.example.com/certificate", "developer"),
    ];

    private static readonly string[] Levels = ["viewer", "developer", "owner", "operator"];

    [Fact]
    public async Task EveryRoute_EachRole_IsForbiddenBelowTheLeastRoleOnly()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var clients = new Dictionary<string, HttpClient>
        {
            ["viewer"] = await server.CreateTokenAsync("acme", TokenRole.Viewer),
            ["developer"] = await server.CreateTokenAsync("acme", TokenRole.Developer),
            ["owner"] = owner,
        };

        foreach (var (method, path, least) in Routes)
        {
            foreach (var (role, client) in clients)
            {
                using var response = await SendAsync(client, method, path);
                var forbidden = Array.IndexOf(Levels, role) < Array.IndexOf(Levels, least);
                Assert.True((int)response.StatusCode == 403 == forbidden, $"{role} {method} {path}: {(int)response.StatusCode}");
            }
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task EveryTenantRoute_TokenOfAnotherTenant_IsTheSameNotFoundAsOfNoTenant(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var other = await server.CreateTenantAsync("other");

        foreach (var (method, path, _) in Routes.Where(route => route.Path.StartsWith("/v1/tenants/acme", StringComparison.Ordinal)))
        {
            using var foreign = await SendAsync(other, method, path);
            using var missing = await SendAsync(other, method, path.Replace("acme", "nobody", StringComparison.Ordinal));
            Assert.Equal(404, (int)foreign.StatusCode);
            Assert.Equal(404, (int)missing.StatusCode);
            Assert.Equal(await missing.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
            Assert.Equal(Headers(missing), Headers(foreign));
        }

        var app = await owner.GetAsync<AppResource>("/v1/tenants/acme/apps/web");
        Assert.Equal(1, app.Version);
    }

    [Fact]
    public async Task EveryRoute_NotSignedIn_IsUnauthorizedWithTheChallenge()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { TokenFailuresPerMinute = 1000 });
        await server.CreateTenantAsync("acme");
        using var nobody = server.Client(null);
        using var stranger = server.Client("plat_0123456789abcdef" + new string('A', 43));

        foreach (var (method, path, _) in Routes)
        {
            using var without = await SendAsync(nobody, method, path);
            Assert.Equal(401, (int)without.StatusCode);
            Assert.Equal("Bearer", without.Headers.WwwAuthenticate.Single().ToString());
            using var wrong = await SendAsync(stranger, method, path);
            Assert.Equal(401, (int)wrong.StatusCode);
            Assert.Equal("Bearer error=\"invalid_token\"", wrong.Headers.WwwAuthenticate.Single().ToString());
        }
    }

    [Theory]
    [InlineData("Basic b3BlcmF0b3I6eA==")]
    [InlineData("Bearer")]
    [InlineData("plat_operator-of-the-tests")]
    [InlineData("Bearer plat_operator-of-the-testsX")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.")]
    public async Task Authorization_NotAToken_IsUnauthorized(string header)
    {
        await using var server = await ControlServer.StartAsync();
        using var client = server.Client(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        using var response = await client.GetAsync("/v1/tenants");

        await response.ProblemAsync(401, "not-signed-in");
    }

    [Fact]
    public async Task Token_PastItsExpiry_IsUnauthorizedToTheSecond()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var server = await ControlServer.StartAsync(time: time);
        await server.CreateTenantAsync("acme");
        using var created = await server.Operator.PostAsJsonAsync(
            "/v1/tenants/acme/tokens", new CreateTokenRequest("short", TokenRole.Viewer, time.GetUtcNow().AddMinutes(1)));
        using var client = server.Client((await created.ReadAsync<CreatedTokenResource>(201)).Token);

        time.Advance(TimeSpan.FromSeconds(59));
        using var before = await client.GetAsync("/v1/tenants/acme");
        time.Advance(TimeSpan.FromSeconds(1));
        using var after = await client.GetAsync("/v1/tenants/acme");

        Assert.Equal(200, (int)before.StatusCode);
        Assert.Equal(401, (int)after.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Token_InTheList_ShowsWhatItBeginsWithWhoMadeItAndWhenItWasUsed(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        using var created = await owner.PostAsJsonAsync("/v1/tenants/acme/tokens", new CreateTokenRequest("ci", TokenRole.Viewer));
        var made = await created.ReadAsync<CreatedTokenResource>(201);
        var before = await owner.GetAsync<TokenResource>($"/v1/tenants/acme/tokens/{made.Id}");
        time.Advance(TimeSpan.FromHours(1));
        using var client = server.Client(made.Token);
        await client.GetAsync<TenantResource>("/v1/tenants/acme");

        TokenResource after;
        do
        {
            after = await owner.GetAsync<TokenResource>($"/v1/tenants/acme/tokens/{made.Id}");
        }
        while (after.LastUsed is null);

        Assert.StartsWith(before.Prefix, made.Token, StringComparison.Ordinal);
        Assert.Equal(21, before.Prefix.Length);
        Assert.Equal("token:1", before.CreatedBy);
        Assert.Null(before.LastUsed);
        Assert.InRange((after.LastUsed - after.Created)!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(62));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Token_Revoked_IsUnauthorizedAtOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var created = await owner.PostAsJsonAsync("/v1/tenants/acme/tokens", new CreateTokenRequest("ci", TokenRole.Viewer));
        var token = await created.ReadAsync<CreatedTokenResource>(201);
        using var client = server.Client(token.Token);
        Assert.Equal("acme", (await client.GetAsync<TenantResource>("/v1/tenants/acme")).Name);

        using var deleted = await owner.DeleteAsync($"/v1/tenants/acme/tokens/{token.Id}");
        using var after = await client.GetAsync("/v1/tenants/acme");

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(401, (int)after.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Token_OfAnotherTenantByItsId_IsNotFoundAndStays(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        var id = (await owner.GetAsync<Page<TokenResource>>("/v1/tenants/acme/tokens")).Items.Single().Id;

        using var read = await other.GetAsync($"/v1/tenants/other/tokens/{id}");
        using var deleted = await other.DeleteAsync($"/v1/tenants/other/tokens/{id}");

        await read.ProblemAsync(404, "not-found");
        await deleted.ProblemAsync(404, "not-found");
        Assert.Equal("acme", (await owner.GetAsync<TenantResource>("/v1/tenants/acme")).Name);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Token_Created_IsInNoOtherAnswerAndNotInTheStore(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tenants/acme/tokens")
        {
            Content = JsonContent.Create(new CreateTokenRequest("ci", TokenRole.Owner)),
            Headers = { { "Idempotency-Key", "once" } },
        };
        using var response = await server.Operator.SendAsync(request);
        var token = (await response.ReadAsync<CreatedTokenResource>(201)).Token;

        Assert.Matches("^plat_[0-9a-f]{16}[A-Za-z0-9_-]{43}$", token);
        Assert.DoesNotContain(token[^43..], await server.Operator.GetStringAsync("/v1/tenants/acme/tokens"), StringComparison.Ordinal);
        var stored = await server.Get<Database>().QueryAsync<byte[]>(
            "SELECT response FROM idempotency_keys UNION ALL SELECT hash FROM tokens", null, CancellationToken.None);
        Assert.NotEmpty(stored);
        Assert.All(stored, bytes => Assert.DoesNotContain(token[^43..], System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrongTokens_PastTheLimit_AreTooManyAndEvenARightOneWaits()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { TokenFailuresPerMinute = 5 });
        using var guesser = server.Client("plat_guess");
        for (var i = 0; i < 5; i++)
        {
            using var response = await guesser.GetAsync("/v1/tenants");
            await response.ProblemAsync(401, "not-signed-in");
        }

        using var refused = await guesser.GetAsync("/v1/tenants");
        using var right = await server.Operator.GetAsync("/v1/tenants");

        await refused.ProblemAsync(429, "too-many-attempts");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(429, (int)right.StatusCode);
    }

    [Theory]
    [InlineData("{\"name\":\"ci\",\"role\":\"operator\"}")]
    [InlineData("{\"name\":\"ci\",\"role\":2}")]
    [InlineData("{\"name\":\"ci\",\"role\":\"viewer\",\"tenantId\":1}")]
    [InlineData("{\"name\":\"ci\",\"role\":\"viewer\",\"role\":\"owner\"}")]
    [InlineData("{\"name\":\"ci\"}")]
    [InlineData("{\"name\":null,\"role\":\"viewer\"}")]
    [InlineData("{\"name\":\"\",\"role\":\"viewer\"}")]
    [InlineData("{\"name\":\"a\\u0000b\",\"role\":\"viewer\"}")]
    [InlineData("{\"name\":\"\\ud800\",\"role\":\"viewer\"}")]
    [InlineData("{\"name\":\"ci\",\"role\":\"viewer\",\"expires\":\"2001-01-01T00:00:00Z\"}")]
    [InlineData("{\"name\":\"ci\",\"role\":\"viewer\",\"expires\":\"tomorrow\"}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    public async Task CreateToken_BodyIsNotWhatItTakes_IsInvalidAndMakesNothing(string body)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PostAsync("/v1/tenants/acme/tokens", new StringContent(body, new MediaTypeHeaderValue("application/json")));

        await response.ProblemAsync(400, "invalid-request");
        Assert.Single((await owner.GetAsync<Page<TokenResource>>("/v1/tenants/acme/tokens")).Items);
    }

    private static string Headers(HttpResponseMessage response) => JsonSerializer.Serialize(
        response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not ("Date" or "RateLimit")).OrderBy(header => header.Key));

    // Routing refuses other media types before it knows the caller, so the body claims to be JSON.
    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path)
    {
        var hasJson = method == "POST" || (method == "PUT" && !path.Contains("/modules/", StringComparison.Ordinal));
        return client.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), path) { Content = hasJson ? new StringContent("{}", new MediaTypeHeaderValue("application/json")) : null });
    }
}
