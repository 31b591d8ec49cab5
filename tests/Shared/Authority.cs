using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Testing;

/// <summary>An OpenID Connect authority (OpenID Connect Core 1.0): configuration, keys, and the authorization code flow with PKCE for whoever <see cref="Subject"/> is.</summary>
internal sealed class Authority : IAsyncDisposable
{
    public const string ClientId = "platform";

    private readonly WebApplication _app;
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "one" };
    private readonly Dictionary<string, (string Nonce, string Challenge)> _codes = [];

    private Authority(WebApplication app) => _app = app;

    public Uri Issuer => new(_app.Urls.Single());

    public string Subject { get; set; } = "somebody";

    /// <summary>Whether it sends people back without having signed them in (OAuth 2.0, 4.1.2.1): they said no, or it did.</summary>
    public bool Denies { get; set; }

    public int KeyRequests { get; private set; }

    public static async Task<Authority> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var authority = new Authority(app);
        app.MapGet("/.well-known/openid-configuration", authority.Configuration);
        app.MapGet("/keys", authority.Keys);
        app.MapGet("/authorize", authority.Authorize);
        app.MapPost("/token", authority.TokenAsync);
        await app.StartAsync();
        return authority;
    }

    /// <summary>A token of the authority's.</summary>
    public string Token(string audience = ClientId, string? subject = null, string? nonce = null, TimeSpan? lifetime = null, SigningCredentials? signing = null) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer.AbsoluteUri,
            Audience = audience,
            Expires = DateTime.UtcNow + (lifetime ?? TimeSpan.FromMinutes(5)),
            NotBefore = DateTime.UtcNow.AddMinutes(-10),
            Claims = new Dictionary<string, object> { ["sub"] = subject ?? Subject, ["name"] = "Some Body", ["email"] = "some@body.example", ["nonce"] = nonce ?? "" },
            SigningCredentials = signing ?? new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _key.Rsa.Dispose();
    }

    private IResult Configuration() => Results.Json(new
    {
        issuer = Issuer.AbsoluteUri,
        authorization_endpoint = new Uri(Issuer, "/authorize"),
        token_endpoint = new Uri(Issuer, "/token"),
        jwks_uri = new Uri(Issuer, "/keys"),
        response_types_supported = new[] { "code" },
        subject_types_supported = new[] { "public" },
        id_token_signing_alg_values_supported = new[] { "RS256" },
    });

    private IResult Keys()
    {
        KeyRequests++;
        var key = _key.Rsa.ExportParameters(false);
        return Results.Json(new
        {
            keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = _key.KeyId, n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } },
        });
    }

    private IResult Authorize(HttpRequest request)
    {
        Assert.Equal(ClientId, request.Query["client_id"]);
        Assert.Equal("code", request.Query["response_type"]);
        Assert.Equal("S256", request.Query["code_challenge_method"]);
        if (Denies)
        {
            return Results.Redirect($"{request.Query["redirect_uri"]}?error=access_denied&error_description=planted&state={Uri.EscapeDataString(request.Query["state"]!)}");
        }

        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (request.Query["nonce"]!, request.Query["code_challenge"]!);
        return Results.Redirect($"{request.Query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(request.Query["state"]!)}");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_codes.Remove(form["code"].ToString(), out var issued)
            || Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != issued.Challenge)
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        return Results.Json(new { access_token = "opaque", token_type = "Bearer", id_token = Token(nonce: issued.Nonce) });
    }
}
