using System.Net.Http.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Sessions;

public class SessionTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task AccessToken_OfASession_IsAJwtThatThePublishedKeysCheck(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        var token = jo.DefaultRequestHeaders.Authorization!.Parameter!;
        using var nobody = server.Client(null);
        var keys = new JsonWebKeySet(await nobody.GetStringAsync("/.well-known/jwks.json"));

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "urn:platform:control",
            ValidAudience = "urn:platform:api",
            ValidTypes = ["at+jwt"],
            IssuerSigningKeys = keys.GetSigningKeys(),
        });

        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("user:1", result.Claims["sub"]);
        Assert.All(keys.Keys, key => Assert.Null(key.D));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task AccessToken_PastItsTime_IsRefusedAndTheRefreshTokenGivesTheNext(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var (first, client) = await SignInAsync(server);

        time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(11));
        using var late = await client.GetAsync("/v1/me");
        var second = await RefreshAsync(server, first.RefreshToken!);

        await late.ProblemAsync(401, "not-signed-in");
        using var next = server.Client(second.AccessToken);
        Assert.Equal("jo@example.com", (await next.GetAsync<MeResource>("/v1/me")).Email);
        Assert.Equal(first.RefreshExpires.ToUnixTimeSeconds(), second.RefreshExpires.ToUnixTimeSeconds());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task RefreshToken_UsedTwice_EndsTheSession(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (first, client) = await SignInAsync(server);
        var second = await RefreshAsync(server, first.RefreshToken!);
        using var nobody = server.Client(null);

        using var stolen = await nobody.PostAsJsonAsync("/v1/sessions/refresh", new RefreshSessionRequest(first.RefreshToken!));
        using var own = await nobody.PostAsJsonAsync("/v1/sessions/refresh", new RefreshSessionRequest(second.RefreshToken!));

        await stolen.ProblemAsync(401, "sign-in-failed");
        await own.ProblemAsync(401, "sign-in-failed");
        using var access = await client.GetAsync("/v1/me");
        await access.ProblemAsync(401, "not-signed-in");
        var audit = await server.Operator.GetAsync<Page<AuditEntryResource>>("/v1/audit");
        Assert.Equal("session.reuse", audit.Items[0].Action);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task SignOut_OfASession_EndsIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var (session, client) = await SignInAsync(server);

        using var ended = await client.DeleteAsync("/v1/sessions/current");

        Assert.Equal(204, (int)ended.StatusCode);
        using var after = await client.GetAsync("/v1/me");
        await after.ProblemAsync(401, "not-signed-in");
        using var nobody = server.Client(null);
        using var refreshed = await nobody.PostAsJsonAsync("/v1/sessions/refresh", new RefreshSessionRequest(session.RefreshToken!));
        await refreshed.ProblemAsync(401, "sign-in-failed");
    }

    [Fact]
    public async Task SignIn_WithApiTokens_LastsAsLongAsTheToken()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var created = await owner.PostAsJsonAsync("/v1/tenants/acme/tokens", new CreateTokenRequest("ci", TokenRole.Developer));
        var token = await created.ReadAsync<CreatedTokenResource>(201);
        using var nobody = server.Client(null);
        using var signedIn = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(Token: token.Token));
        using var client = server.Client((await signedIn.ReadAsync<SessionResource>(201)).AccessToken);
        Assert.Equal([new MembershipResource("acme", TokenRole.Developer)], (await client.GetAsync<MeResource>("/v1/me")).Tenants);

        using var revoked = await owner.DeleteAsync($"/v1/tenants/acme/tokens/{token.Id}");

        Assert.Equal(204, (int)revoked.StatusCode);
        using var after = await client.GetAsync("/v1/me");
        await after.ProblemAsync(401, "not-signed-in");
    }

    [Fact]
    public async Task OperatorToken_Rotated_EndsTheOldOneAndItsSessions()
    {
        await using var server = await ControlServer.StartAsync();
        using var nobody = server.Client(null);
        using var signedIn = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(Token: ControlServer.OperatorToken));
        using var session = server.Client((await signedIn.ReadAsync<SessionResource>(201)).AccessToken);
        Assert.True((await session.GetAsync<MeResource>("/v1/me")).IsOperator);

        using var rotated = await server.Operator.PostAsync("/v1/operator-token/rotate", null);

        using var next = server.Client((await rotated.ReadAsync<OperatorTokenResource>(201)).Token);
        Assert.True((await next.GetAsync<MeResource>("/v1/me")).IsOperator);
        using var old = await server.Operator.GetAsync("/v1/me");
        await old.ProblemAsync(401, "not-signed-in");
        using var oldSession = await session.GetAsync("/v1/me");
        await oldSession.ProblemAsync(401, "not-signed-in");
    }

    [Fact]
    public async Task SigningKeys_Replaced_RefuseWhatTheOldOnesSigned()
    {
        await using var server = await ControlServer.StartAsync();
        var (session, client) = await SignInAsync(server);

        using var replaced = await server.Operator.PostAsync("/v1/signing-keys/replace", null);

        Assert.Equal(204, (int)replaced.StatusCode);
        using var old = await client.GetAsync("/v1/me");
        await old.ProblemAsync(401, "not-signed-in");
        using var next = server.Client((await RefreshAsync(server, session.RefreshToken!)).AccessToken);
        Assert.Equal("jo@example.com", (await next.GetAsync<MeResource>("/v1/me")).Email);
    }

    [Fact]
    public async Task SigningKeys_ReplacedByAnotherControlPlane_AreFound()
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(Dialect.Postgres, time: time);
        await using var other = await server.StartAnotherAsync();
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        using var replaced = await server.Operator.PostAsync("/v1/signing-keys/replace", null);
        using var again = await server.SignInAsync("jo@example.com");
        using var there = other.Client(again.DefaultRequestHeaders.Authorization!.Parameter);

        // The other looks again for a key that it doesn't know, but not at each request: a forged id must not cost a query each time.
        var until = DateTime.UtcNow.AddSeconds(30);
        int status;
        do
        {
            using var response = await there.GetAsync("/v1/me");
            status = (int)response.StatusCode;
        }
        while (status != 200 && DateTime.UtcNow < until);

        Assert.Equal(200, status);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task WrongPasswords_TenOfThem_LockTheAddressForAWhile(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        using var nobody = server.Client(null);

        // One that nobody has behaves the same.
        foreach (var email in (string[])["jo@example.com", "none@example.com"])
        {
            for (var i = 0; i < 10; i++)
            {
                using var wrong = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(email, "not the password"));
                await wrong.ProblemAsync(401, "sign-in-failed");
            }

            using var locked = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(email, ControlServer.UserPassword));
            await locked.ProblemAsync(429, "too-many-attempts");
            Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 900);
        }

        time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));
        using var after = await server.SignInAsync("jo@example.com");
        Assert.Equal("jo@example.com", (await after.GetAsync<MeResource>("/v1/me")).Email);
    }

    [Fact]
    public async Task Password_ChangedByItsUser_EndsTheOtherSessionsOnly()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        using var elsewhere = await server.SignInAsync("jo@example.com");

        using var wrong = await jo.PutAsJsonAsync("/v1/me/password", new ChangePasswordRequest("not the password", "the next password"));
        using var changed = await jo.PutAsJsonAsync("/v1/me/password", new ChangePasswordRequest(ControlServer.UserPassword, "the next password"));

        await wrong.ProblemAsync(401, "sign-in-failed");
        Assert.Equal(204, (int)changed.StatusCode);
        Assert.Equal("jo@example.com", (await jo.GetAsync<MeResource>("/v1/me")).Email);
        using var other = await elsewhere.GetAsync("/v1/me");
        await other.ProblemAsync(401, "not-signed-in");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"email":"jo@example.com"}""")]
    [InlineData("""{"password":"x"}""")]
    [InlineData("""{"token":"x","email":"jo@example.com","password":"y"}""")]
    [InlineData("""{"token":""}""")]
    public async Task SignIn_WithoutACredential_IsInvalid(string body)
    {
        await using var server = await ControlServer.StartAsync();
        using var nobody = server.Client(null);

        using var response = await nobody.PostAsync("/v1/sessions", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        await response.ProblemAsync(400, "invalid-request");
    }

    private static async Task<(SessionResource Session, HttpClient Client)> SignInAsync(ControlServer server)
    {
        await server.CreateTenantAsync("acme");
        using var invitee = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        using var nobody = server.Client(null);
        using var response = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest("jo@example.com", ControlServer.UserPassword));
        var session = await response.ReadAsync<SessionResource>(201);
        return (session, server.Client(session.AccessToken));
    }

    private static async Task<SessionResource> RefreshAsync(ControlServer server, string refreshToken)
    {
        using var nobody = server.Client(null);
        using var response = await nobody.PostAsJsonAsync("/v1/sessions/refresh", new RefreshSessionRequest(refreshToken));
        return await response.ReadAsync<SessionResource>(200);
    }
}
