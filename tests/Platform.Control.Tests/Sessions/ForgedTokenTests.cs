using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Sessions;

/// <summary>Attack B5 (RFC 8725): what a forger can do to an access token, each by itself, with all else as it was.</summary>
public class ForgedTokenTests
{
    [Fact]
    public async Task AccessTokens_ForgedInEachWay_AreRefused()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Owner);
        var good = jo.DefaultRequestHeaders.Authorization!.Parameter!;
        using var nobody = server.Client(null);
        var jwks = await nobody.GetStringAsync("/.well-known/jwks.json");
        var kid = new JsonWebToken(good).Kid;
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var forged = new Dictionary<string, string>
        {
            ["alg none"] = Unsigned(good, header => header["alg"] = "none"),
            ["alg None"] = Unsigned(good, header => header["alg"] = "None"),
            ["no signature"] = good[..(good.LastIndexOf('.') + 1)],
            ["signature of another"] = Resign(good, mine, _ => { }, _ => { }),
            ["public key as an HMAC secret"] = Hmac(good, jwks),
            ["key in the header"] = Resign(good, mine, header => header["jwk"] = JsonNode.Parse(JsonSerializer.Serialize(Jwk(mine, kid))), _ => { }),
            ["key at an address"] = Resign(good, mine, header => header["jku"] = "http://127.0.0.1:1/jwks.json", _ => { }),
            ["certificate at an address"] = Resign(good, mine, header => header["x5u"] = "http://127.0.0.1:1/cert.pem", _ => { }),
            ["unknown kid"] = Resign(good, mine, header => header["kid"] = "unknown", _ => { }),
            ["kid that is a path"] = Resign(good, mine, header => header["kid"] = "../../../../dev/null", _ => { }),
            ["kid that is SQL"] = Resign(good, mine, header => header["kid"] = "' OR 1=1 --", _ => { }),
            ["another session"] = Tamper(good, payload => payload["sid"] = new string('0', 32)),
            ["another subject"] = Tamper(good, payload => payload["sub"] = "operator"),
            ["later expiry"] = Tamper(good, payload => payload["exp"] = 4102444800),
        };
        foreach (var (name, token) in forged)
        {
            using var client = server.Client(null);
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
            using var response = await client.GetAsync("/v1/me");
            Assert.True((int)response.StatusCode == 401, $"{name}: {(int)response.StatusCode}");
        }

        Assert.Equal("jo@example.com", (await jo.GetAsync<MeResource>("/v1/me")).Email);
    }

    [Theory]
    [InlineData("iss", "urn:somebody:else")]
    [InlineData("aud", "urn:platform:other")]
    public async Task AccessTokens_SignedByThePlatformForAnotherUse_AreRefused(string claim, string value)
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Owner);
        var good = jo.DefaultRequestHeaders.Authorization!.Parameter!;
        var key = server.Get<Control.Sessions.SigningKeys>().Known[0].Key.ECDsa;

        Assert.Equal(200, await StatusAsync(server, Resign(good, key, _ => { }, _ => { })));
        Assert.Equal(401, await StatusAsync(server, Resign(good, key, _ => { }, payload => payload[claim] = value)));
        Assert.Equal(401, await StatusAsync(server, Resign(good, key, _ => { }, payload => payload.Remove(claim))));
        Assert.Equal(401, await StatusAsync(server, Resign(good, key, header => header["typ"] = "JWT", _ => { })));
        Assert.Equal(401, await StatusAsync(server, Resign(good, key, header => header.Remove("typ"), _ => { })));
        Assert.Equal(401, await StatusAsync(server, Resign(good, key, _ => { }, payload => payload.Remove("exp"))));
        Assert.Equal(401, await StatusAsync(server, Resign(good, key, _ => { }, payload => payload.Remove("sid"))));
    }

    private static async Task<int> StatusAsync(ControlServer server, string token)
    {
        using var client = server.Client(token);
        using var response = await client.GetAsync("/v1/me");
        return (int)response.StatusCode;
    }

    private static string Unsigned(string token, Action<JsonObject> change)
    {
        var parts = token.Split('.');
        return $"{Change(parts[0], change)}.{parts[1]}.";
    }

    private static string Tamper(string token, Action<JsonObject> change)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Change(parts[1], change)}.{parts[2]}";
    }

    private static string Resign(string token, ECDsa key, Action<JsonObject> header, Action<JsonObject> payload)
    {
        var parts = token.Split('.');
        var text = $"{Change(parts[0], header)}.{Change(parts[1], payload)}";
        return $"{text}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Hmac(string token, string secret)
    {
        var parts = token.Split('.');
        var text = $"{Change(parts[0], header => header["alg"] = "HS256")}.{parts[1]}";
        return $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Change(string part, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Base64UrlEncoder.Decode(part))!.AsObject();
        change(json);
        return Base64UrlEncoder.Encode(json.ToJsonString());
    }

    private static object Jwk(ECDsa key, string kid)
    {
        var point = key.ExportParameters(false).Q;
        return new { kty = "EC", crv = "P-256", kid, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
    }
}
