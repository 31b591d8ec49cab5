using System.Net.Http.Headers;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Idempotency;

public class IdempotencyTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Post_SameKeyAndBody_GetsTheSameAnswerAndHasOneEffect(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        using var first = await CreateTokenAsync(owner, "key", "{\"name\":\"ci\",\"role\":\"viewer\"}");
        using var second = await CreateTokenAsync(owner, "key", "{ \"role\": \"viewer\", \"name\": \"ci\" }");

        Assert.Equal(201, (int)first.StatusCode);
        Assert.Equal(201, (int)second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(2, (await owner.GetAsync<Page<TokenResource>>("/v1/tenants/acme/tokens")).Items.Count);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Post_SameKeyOtherBodyOrPath_IsUnprocessable(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var first = await CreateTokenAsync(owner, "key", "{\"name\":\"ci\",\"role\":\"viewer\"}");

        using var body = await CreateTokenAsync(owner, "key", "{\"name\":\"ci\",\"role\":\"owner\"}");
        using var path = await DeployAsync(owner, "key", "web", "one");

        await body.ProblemAsync(422, "idempotency-key-reused");
        await path.ProblemAsync(422, "idempotency-key-reused");
        Assert.Empty(server.Snapshot.Apps);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Post_SameKeyInParallel_HasExactlyOneEffectAndOneAnswer(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeployAsync(owner, "key", "web", "one")));

        var answers = await Task.WhenAll(responses.Select(response => response.Content.ReadAsStringAsync()));
        Assert.All(responses, response => Assert.Equal(201, (int)response.StatusCode));
        Assert.Single(answers.Distinct());
        Assert.Single((await owner.GetAsync<Page<VersionResource>>("/v1/tenants/acme/apps/web/versions")).Items);
        Assert.Equal(1, server.Preparer.Calls);
    }

    [Fact]
    public async Task Post_SameKeyOfAnotherCaller_IsItsOwn()
    {
        await using var server = await ControlServer.StartAsync();
        var acme = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        using var first = await DeployAsync(acme, "key", "web", "one");

        using var second = await other.SendAsync(Request("key", "/v1/tenants/other/apps/web/deploy", Api.Form(Api.Wasm("one"))));

        Assert.Equal(201, (int)second.StatusCode);
        Assert.False(second.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Post_FailedForNow_MayBeTriedAgainWithTheSameKey()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        server.Preparer.Away = true;
        using var failed = await DeployAsync(owner, "key", "web", "one");
        server.Preparer.Away = false;

        using var again = await DeployAsync(owner, "key", "web", "one");

        Assert.Equal(503, (int)failed.StatusCode);
        Assert.Equal(201, (int)again.StatusCode);
    }

    [Fact]
    public async Task Post_KeyOfYesterday_IsANewRequest()
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(time: time);
        var owner = await server.CreateTenantAsync("acme");
        using var first = await DeployAsync(owner, "key", "web", "one");
        time.Advance(TimeSpan.FromHours(23));
        using var replayed = await DeployAsync(owner, "key", "web", "one");
        time.Advance(TimeSpan.FromHours(2));

        using var later = await DeployAsync(owner, "key", "web", "one");

        Assert.Equal(1, (await replayed.ReadAsync<DeployResource>(201)).Version);
        Assert.Equal(2, (await later.ReadAsync<DeployResource>(201)).Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not\tprintable")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Post_KeyIsNotOne_IsInvalid(string key)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await DeployAsync(owner, key, "web", "one");

        await response.ProblemAsync(400, "invalid-request");
        Assert.Empty(server.Snapshot.Apps);
    }

    private static Task<HttpResponseMessage> DeployAsync(HttpClient client, string key, string app, string content) =>
        client.SendAsync(Request(key, $"/v1/tenants/acme/apps/{app}/deploy", Api.Form(Api.Wasm(content))));

    private static Task<HttpResponseMessage> CreateTokenAsync(HttpClient client, string key, string body) =>
        client.SendAsync(Request(key, "/v1/tenants/acme/tokens", new StringContent(body, new MediaTypeHeaderValue("application/json"))));

    private static HttpRequestMessage Request(string key, string path, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }
}
