using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.People;

/// <summary>Attack B20 on one-time links: whatever is guessed, the answer is the same as to any other wrong link, nothing of it is kept, and the link itself still works.</summary>
public class LinkGuessTests
{
    private const string Accept = "/v1/invitations/accept";
    private const string Complete = "/v1/password-resets/complete";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Guesses_NearMissesAndLinksThatWere_AreAllAnsweredAlikeAndTakeNothing(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, options => options with { TokenFailuresPerMinute = 10_000, AnonymousApiRequestsPerMinute = 10_000 }, time);
        var owner = await server.CreateTenantAsync("acme");
        await server.CreateTenantAsync("other");
        using var jo = await server.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        var id = Assert.Single((await owner.GetAsync<Page<MemberResource>>("/v1/tenants/acme/members")).Items).Id;
        using var nobody = server.Client(null);
        var were = new List<string> { await InviteAsync(server, "acme", "late@example.com"), await ResetAsync(server, id) };
        time.Advance(TimeSpan.FromHours(24));
        were.Add(await ResetAsync(server, id));
        were.Add(await ResetAsync(server, id));
        await UseAsync(nobody, Complete, were[^1], 204);
        were.Add(await InviteAsync(server, "acme", "used@example.com"));
        await UseAsync(nobody, Accept, were[^1], 200);
        were.Add(await InviteAsync(server, "acme", "taken-back@example.com"));
        using (var deleted = await owner.DeleteAsync($"/v1/tenants/acme/invitations/{Assert.Single((await owner.GetAsync<Page<InvitationResource>>("/v1/tenants/acme/invitations")).Items).Id}"))
        {
            Assert.Equal(204, (int)deleted.StatusCode);
        }

        were.Add(await InviteAsync(server, "other", "deleted@example.com"));
        using (var deleted = await server.Operator.DeleteAsync("/v1/tenants/other"))
        {
            Assert.Equal(204, (int)deleted.StatusCode);
        }

        var (invitation, reset) = (await InviteAsync(server, "acme", "al@example.com"), await ResetAsync(server, id));
        var audited = await CountAsync(server);
        string[] guesses = [.. were, .. Misses(invitation), .. Misses(reset)];

        var answers = new HashSet<string>();
        foreach (var (path, guess) in ((string Path, string Guess)[])[.. guesses.Select(static guess => (Accept, guess)), .. guesses.Select(static guess => (Complete, guess)), (Accept, reset), (Complete, invitation)])
        {
            using var response = await nobody.PostAsync(path, Body(guess));
            var body = JsonNode.Parse(await response.ProblemAsync(404, "link-invalid"))!.AsObject();
            Assert.True(guess.Length < 3 || !body.ToJsonString().Contains(guess, StringComparison.Ordinal), body.ToJsonString());
            body.Remove("traceId");
            answers.Add($"{body.ToJsonString()} {string.Join(' ', response.Headers.Concat(response.Content.Headers).Select(static header => header.Key).Order(StringComparer.Ordinal))}");
        }

        Assert.Single(answers);
        Assert.Equal(audited, await CountAsync(server));
        foreach (var file in Directory.GetFiles(server.Directory.FullName, "*.db*"))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.All(guesses.Where(static guess => guess.Length is > 20 and < 100), guess => Assert.DoesNotContain(guess, text, StringComparison.Ordinal));
        }

        await UseAsync(nobody, Accept, invitation, 200);
        await UseAsync(nobody, Complete, reset, 204);
        await UseAsync(nobody, Accept, invitation, 404);
        await UseAsync(nobody, Complete, reset, 404);
    }

    /// <summary>Wrong links of both kinds and wrong tokens count together, and nothing tells a right one from them then.</summary>
    [Theory]
    [InlineData(Accept)]
    [InlineData(Complete)]
    public async Task Guesses_PastTheLimit_WaitAndSoDoesTheRightLink(string path)
    {
        var first = await ControlServer.StartAsync(configure: static options => options with { TokenFailuresPerMinute = 6 });
        await first.CreateTenantAsync("acme");
        using var jo = await first.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        var link = path == Accept ? await InviteAsync(first, "acme", "al@example.com") : await ResetAsync(first, "1");
        using var nobody = first.Client(null);
        using var wrong = first.Client("plat_guess");
        for (var i = 0; i < 2; i++)
        {
            await UseAsync(nobody, Accept, $"guess {i}", 404);
            await UseAsync(nobody, Complete, $"guess {i}", 404);
            using var token = await wrong.GetAsync("/v1/tenants");
            await token.ProblemAsync(401, "not-signed-in");
        }

        var answers = new HashSet<string>();
        foreach (var guess in (string[])["another guess", link, link[..^1]])
        {
            using var response = await nobody.PostAsync(path, Body(guess));
            var body = JsonNode.Parse(await response.ProblemAsync(429, "too-many-attempts"))!.AsObject();
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            body.Remove("traceId");
            answers.Add(body.ToJsonString());
        }

        Assert.Single(answers);
        await using var second = await first.RestartAsync();
        using var again = second.Client(null);
        await UseAsync(again, path, link, path == Accept ? 200 : 204);
    }

    [Theory]
    [InlineData(Accept)]
    [InlineData(Complete)]
    public async Task Guesses_PastTheAnonymousAllowance_AreRefusedWithoutALook(string path)
    {
        var first = await ControlServer.StartAsync(configure: static options => options with { AnonymousApiRequestsPerMinute = 4 });
        await first.CreateTenantAsync("acme");
        using var jo = await first.CreateUserAsync("acme", "jo@example.com", TokenRole.Viewer);
        var link = path == Accept ? await InviteAsync(first, "acme", "al@example.com") : await ResetAsync(first, "1");
        using var nobody = first.Client(null);
        await UseAsync(nobody, path, "guess", 404);
        await UseAsync(nobody, path, link[..^1], 404);

        foreach (var guess in (string[])[link[..^1], link])
        {
            using var response = await nobody.PostAsync(path, Body(guess));
            await response.ProblemAsync(429, "rate-limited");
            Assert.NotNull(response.Headers.RetryAfter);
        }

        await using var second = await first.RestartAsync();
        using var again = second.Client(null);
        await UseAsync(again, path, link, path == Accept ? 200 : 204);
    }

    private static IEnumerable<string> Misses(string link)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (var i = 0; i < link.Length; i++)
        {
            // The last one has two bits that say nothing.
            yield return link[..i] + Alphabet[Alphabet.IndexOf(link[i], StringComparison.Ordinal) ^ 1] + link[(i + 1)..];
        }

        yield return link[..^1];
        yield return link[1..];
        yield return link[..(link.Length / 2)];
        yield return link[..1];
        yield return "";
        yield return link + "A";
        yield return link + "=";
        yield return link + link;
        yield return link + "\0";
        yield return link + "\n";
        yield return " " + link;
        yield return "#" + link;
        yield return "/join#" + link;
        yield return link.ToUpperInvariant();
        yield return link.ToLowerInvariant();
        yield return new string([.. link.Reverse()]);
        yield return Convert.ToBase64String(Base64Url.DecodeFromChars(link));
        yield return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link)));
        yield return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(link)));
        yield return Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        yield return "' OR 1=1 --";
        yield return "%";
        yield return new string('A', 10_000);
    }

    // Of both endpoints: with what a right link would be taken with.
    private static JsonContent Body(string link) => JsonContent.Create(new { token = link, password = ControlServer.UserPassword });

    private static async Task UseAsync(HttpClient client, string path, string link, int status)
    {
        using var response = await client.PostAsync(path, Body(link));
        Assert.True((int)response.StatusCode == status, $"{path} {link}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private static async Task<string> InviteAsync(ControlServer server, string tenant, string email)
    {
        using var invited = await server.Operator.PostAsJsonAsync($"/v1/tenants/{tenant}/members", new InviteMemberRequest(email, TokenRole.Developer));
        return (await invited.ReadAsync<CreatedInvitationResource>(201)).Token;
    }

    private static async Task<string> ResetAsync(ControlServer server, string user)
    {
        using var made = await server.Operator.PostAsync($"/v1/users/{user}/password-reset", null);
        return (await made.ReadAsync<OneTimeLinkResource>(201)).Token;
    }

    private static Task<long> CountAsync(ControlServer server) => server.Get<Database>().FindAsync<long>("SELECT COUNT(*) FROM audit", null, CancellationToken.None);
}
