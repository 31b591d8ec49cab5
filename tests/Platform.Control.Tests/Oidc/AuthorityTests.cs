using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Platform.Contracts.Api;
using Platform.Control.Oidc;
using Platform.Control.Tests.Hosting;
using Platform.Testing;

namespace Platform.Control.Tests.Oidc;

public class AuthorityTests
{
    [Fact]
    public async Task BearerOfTheAuthority_WithAnInvitation_BecomesAMember()
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority);
        var invitation = await InviteAsync(server);
        using var somebody = server.Client(authority.Token());
        using var before = await somebody.GetAsync("/v1/me");

        using var accepted = await somebody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(invitation.Token));

        await before.ProblemAsync(401, "not-signed-in");
        await accepted.ReadAsync<AcceptedInvitationResource>(200);
        var me = await somebody.GetAsync<MeResource>("/v1/me");
        Assert.Equal(("user:1", "jo@example.com"), (me.Id, me.Email));
        Assert.Equal([new MembershipResource("acme", TokenRole.Developer)], me.Tenants);
        using var other = server.Client(authority.Token(subject: "another"));
        using var stranger = await other.GetAsync("/v1/me");
        await stranger.ProblemAsync(401, "not-signed-in");
    }

    [Fact]
    public async Task BearerOfTheAuthority_WrongInOneThing_IsRefused()
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority);
        var invitation = await InviteAsync(server);
        using var somebody = server.Client(authority.Token());
        using var accepted = await somebody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(invitation.Token));
        Assert.Equal(200, (int)accepted.StatusCode);
        using var rsa = RSA.Create(2048);
        var tokens = new Dictionary<string, string>
        {
            ["audience"] = authority.Token(audience: "another"),
            ["expired by 11 seconds"] = authority.Token(lifetime: TimeSpan.FromSeconds(-11)),
            ["key"] = authority.Token(signing: new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)),
            ["algorithm"] = authority.Token(signing: new SigningCredentials(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)) { KeyId = "one" }, SecurityAlgorithms.HmacSha256)),
        };

        foreach (var (name, token) in tokens)
        {
            using var client = server.Client(token);
            using var response = await client.GetAsync("/v1/me");
            Assert.True((int)response.StatusCode == 401, $"{name}: {(int)response.StatusCode}");
        }

        Assert.Equal("user:1", (await somebody.GetAsync<MeResource>("/v1/me")).Id);
    }

    [Fact]
    public async Task Browser_ThroughTheAuthority_AcceptsAnInvitationAndComesBackSignedIn()
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority);
        var invitation = await InviteAsync(server);
        using var browser = Browser(server);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["invitation"] = invitation.Token, ["returnUrl"] = "/v1/me" });

        using var me = await browser.PostAsync("/v1/sessions/authority", form);

        Assert.Equal("user:1", (await me.ReadAsync<MeResource>(200)).Id);
        using var again = Browser(server);
        using var later = await again.GetAsync("/v1/sessions/authority?returnUrl=%2Fv1%2Fme");
        Assert.Equal([new MembershipResource("acme", TokenRole.Developer)], (await later.ReadAsync<MeResource>(200)).Tenants);
    }

    [Fact]
    public async Task Browser_ThroughTheAuthority_GuessingInvitations_HasToWait()
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority, failuresPerMinute: 2);
        var invitation = await InviteAsync(server);
        using var browser = Browser(server);
        async Task ExpectAsync(string guess, int status, string type)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["invitation"] = guess });
            using var response = await browser.PostAsync("/v1/sessions/authority", form);
            await response.ProblemAsync(status, type);
        }

        await ExpectAsync("guess", 404, "link-invalid");
        await ExpectAsync(invitation.Token[..^1], 404, "link-invalid");
        await ExpectAsync(invitation.Token, 429, "too-many-attempts");
        using var nobody = server.Client(null);
        using var elsewhere = await nobody.PostAsJsonAsync("/v1/invitations/accept", new AcceptInvitationRequest(invitation.Token, null, ControlServer.UserPassword));
        await elsewhere.ProblemAsync(429, "too-many-attempts");
    }

    [Fact]
    public async Task Browser_ThroughTheAuthority_WithoutAUserHere_IsToldSo()
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority);
        using var browser = Browser(server);

        using var response = await browser.GetAsync("/v1/sessions/authority");

        await response.ProblemAsync(403, "sign-in-failed");
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.Contains("platform-session", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/%0d%0a//evil.example%0d%0a")]
    [InlineData("javascript:alert(1)")]
    public async Task ReturnUrl_OfAnotherOrigin_IsRefused(string url)
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };

        using var response = await browser.GetAsync("/v1/sessions/authority?returnUrl=" + (url.Contains('%', StringComparison.Ordinal) ? url : Uri.EscapeDataString(url)));

        await response.ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task Callback_WithoutTheBrowsersOwnState_SignsNobodyIn()
    {
        await using var authority = await Authority.StartAsync();
        await using var server = await StartAsync(authority);
        using var victim = Browser(server);

        using var response = await victim.GetAsync("/v1/sessions/authority/callback?code=stolen&state=forged");

        await response.ProblemAsync(401, "sign-in-failed");
    }

    [Fact]
    public async Task Authority_NoneConfigured_ItsWayIsNotThere()
    {
        await using var server = await ControlServer.StartAsync();
        using var browser = Browser(server);

        using var response = await browser.GetAsync("/v1/sessions/authority");

        await response.ProblemAsync(404, "not-found");
    }

    private static Task<ControlServer> StartAsync(Authority authority, int failuresPerMinute = 60) => ControlServer.StartAsync(
        configure: options => options with { TokenFailuresPerMinute = failuresPerMinute, Oidc = new OidcOptions { Authority = authority.Issuer, ClientId = Authority.ClientId } });

    private static HttpClient Browser(ControlServer server) => new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = server.Address };

    private static async Task<CreatedInvitationResource> InviteAsync(ControlServer server)
    {
        await server.CreateTenantAsync("acme");
        using var invited = await server.Operator.PostAsJsonAsync("/v1/tenants/acme/members", new InviteMemberRequest("jo@example.com", TokenRole.Developer));
        return await invited.ReadAsync<CreatedInvitationResource>(201);
    }
}
