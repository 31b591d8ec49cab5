using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Control.Tests.Problems;
using Platform.Data;

namespace Platform.Control.Tests.Attacks;

/// <summary>Attacks of section B tried on every operation of the OpenAPI document, so that none that is added later can be forgotten. B1 is <see cref="Access.ForeignTenantTests"/>.</summary>
public class EveryOperationTests
{
    private static readonly string[] Levels = ["viewer", "developer", "owner", "operator"];

    // What decides what somebody may do, or whose something is, in spellings that a binder may take.
    private static readonly string[] Assigned = ["tenantId", "tenant_id", "tenant", "role", "isOperator", "operator", "owner", "id", "limits", "quota", "createdBy", "verified", "__proto__"];

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Fact]
    public async Task B3_MassAssignment_IsRefusedAndChangesNothing()
    {
        await using var server = await StartAsync();
        var before = await TrailAsync(server);
        var tried = 0;
        foreach (var operation in (await ApiOperation.AllAsync(server)).Where(operation => operation.Example is not null))
        {
            foreach (var name in Assigned.Where(name => !operation.Example!.ContainsKey(name)))
            {
                var body = operation.Example!.DeepClone();
                body[name] = name == "role" ? "owner" : "1";
                using var response = await server.Operator.SendAsync(operation.Request(operation.Fill(ApiOperation.Known), body));
                Assert.True((int)response.StatusCode is 400 or 403, $"{operation.Id} with {name}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                tried++;
            }
        }

        Assert.True(tried > 150, $"{tried} tried");
        Assert.Equal(before, await TrailAsync(server));
    }

    [Fact]
    public async Task B4_LowerRole_IsForbidden()
    {
        await using var server = await StartAsync();
        var clients = new Dictionary<string, HttpClient>
        {
            ["viewer"] = await server.CreateTokenAsync("acme", TokenRole.Viewer),
            ["developer"] = await server.CreateTokenAsync("acme", TokenRole.Developer),
            ["owner"] = await server.CreateTokenAsync("acme", TokenRole.Owner),
        };
        var before = await TrailAsync(server);
        var forbidden = 0;
        foreach (var operation in (await ApiOperation.AllAsync(server)).Where(operation => operation.Role is not null))
        {
            foreach (var role in Levels[..Array.IndexOf(Levels, operation.Role)])
            {
                using var response = await clients[role].SendAsync(operation.Request(operation.Fill(ApiOperation.Known)));
                Assert.True((int)response.StatusCode == 403, $"{role} at {operation.Id}: {(int)response.StatusCode}");
                forbidden++;
            }
        }

        Assert.True(forbidden > 60, $"{forbidden} forbidden");
        Assert.Equal(before, await TrailAsync(server));
    }

    /// <summary>Without a length that could be looked at, and never sent to its end: the answer comes before. Blanks, of which however many come at once nothing else can be said.</summary>
    [Fact]
    public async Task B7_JsonWithoutEnd_IsTooLargeEarly()
    {
        await using var server = await StartAsync();
        var before = await TrailAsync(server);
        foreach (var operation in (await ApiOperation.AllAsync(server)).Where(operation => operation.Example is not null))
        {
            // Written by hand: HttpClient reads no answer of a server that stopped reading.
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"{operation.Method} {operation.Fill(ApiOperation.Known)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {server.Operator.DefaultRequestHeaders.Authorization}\r\n"
                + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n{new string(' ', 70_000)}"));
            var answer = new byte[12];
            await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            var status = Encoding.ASCII.GetString(answer)[^3..];
            Assert.True(status is "413" or "403", $"{operation.Id}: {status}");
        }

        Assert.Equal(before, await TrailAsync(server));
    }

    [Fact]
    public async Task B10_NamesThatAreNone_AreRefusedInEveryPath()
    {
        await using var server = await StartAsync();
        var before = await TrailAsync(server);
        foreach (var operation in (await ApiOperation.AllAsync(server)).Where(operation => operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var parameter in operation.Path.Split('{').Skip(1).Select(part => part.Split('}')[0]))
            {
                // "." and ".." end at the client; the empty name is another path.
                foreach (var bad in ProblemTests.BadNames.Select(row => row.Data).Where(name => name is not ("" or "..") && !IsAName(parameter, name)))
                {
                    using var response = await server.Operator.SendAsync(operation.Request(operation.Fill(name => Uri.EscapeDataString(name == parameter ? bad : ApiOperation.Known(name)))));
                    var status = (int)response.StatusCode;
                    Assert.True(parameter is "tenant" or "app" ? status == 400 : status is 400 or 404 or 403, $"{operation.Id} with {parameter} '{bad}': {status}");
                }
            }
        }

        Assert.Equal(before, await TrailAsync(server));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task B11_SqlMetacharactersInEveryField_AreInert(Dialect dialect)
    {
        await using var server = await StartAsync(dialect);
        foreach (var operation in (await ApiOperation.AllAsync(server)).Where(operation => operation.Id is not ("RotateOperatorToken" or "ReplaceSigningKeys")))
        {
            foreach (var sql in (string[])["' OR '1'='1", "x'); DELETE FROM tenants; --", "%_\\\"`$1@tenant {0}\u2019\u0000"])
            {
                var escaped = Uri.EscapeDataString(sql.Replace("\0", "", StringComparison.Ordinal));
                await InertAsync(operation.Request(operation.Fill(name => name is "tenant" or "app" ? ApiOperation.Known(name) : escaped)), "the path");
                foreach (var query in operation.Query.Where(name => name != "follow" && operation.Method != "DELETE"))
                {
                    await InertAsync(operation.Request($"{operation.Fill(ApiOperation.Known)}?{query}={escaped}"), query);
                }

                foreach (var (name, _) in operation.Example ?? [])
                {
                    var body = operation.Example!.DeepClone();
                    body[name] = sql;
                    await InertAsync(operation.Request(operation.Fill(ApiOperation.Known), body), name);
                }

                async Task InertAsync(HttpRequestMessage request, string where)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", $"\"{sql.Replace("\"", "", StringComparison.Ordinal).Split('\u2019')[0]}\"");
                    using var response = await server.Operator.SendAsync(request);
                    Assert.True((int)response.StatusCode < 500, $"{operation.Id}, {where} '{sql}': {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                }
            }
        }

        Assert.Equal(["acme", "other"], (await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants?limit=200")).Items.Select(tenant => tenant.Name).Where(name => name is "acme" or "other"));
        Assert.Equal("web", (await server.Operator.GetAsync<AppResource>("/v1/tenants/other/apps/web")).Name);
        Assert.Equal("web", (await server.Operator.GetAsync<AppResource>("/v1/tenants/acme/apps/web")).Name);
    }

    [Fact]
    public async Task B12_EveryPostThatChangesSomething_TakesAnIdempotencyKey()
    {
        await using var server = await StartAsync();
        var document = JsonNode.Parse(await server.Operator.GetStringAsync("/openapi/v1.json"))!;
        var without = document["paths"]!.AsObject().Select(path => path.Value!["post"]).Where(post => post is not null
            && !(post["parameters"]?.AsArray().Any(parameter => parameter!["name"]!.GetValue<string>() == "Idempotency-Key") ?? false)).Select(post => post!["operationId"]!.GetValue<string>());

        // What signs in, or uses up a link that works once: there is no caller yet whose key it could be. And what makes new keys or a new token, whose old ones are no secret any more.
        Assert.Equal(["AcceptInvitation", "AcceptInvitationAtAuthority", "CompletePasswordReset", "RefreshSession", "ReplaceSigningKeys", "RotateOperatorToken", "SignIn"], without.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task B13_LimitsAndCursorsOfEveryList_AreClampedAndChecked()
    {
        await using var server = await StartAsync();
        var lists = (await ApiOperation.AllAsync(server)).Where(operation => operation.Query.Contains("cursor")).ToList();
        Assert.True(lists.Count > 10, $"{lists.Count} lists");
        foreach (var list in lists)
        {
            var path = list.Fill(ApiOperation.Known);
            foreach (var limit in (string[])["1000000000", "-1", "0"])
            {
                using var clamped = await server.Operator.GetAsync($"{path}?limit={limit}");
                Assert.True((int)clamped.StatusCode == 200, $"{list.Id} limit={limit}: {(int)clamped.StatusCode}");
            }

            foreach (var query in (string[])["limit=99999999999999999999", "limit=1e9", "cursor=1", "cursor=AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA", "cursor=%27%20OR%201%3D1%20--", "cursor=%00"])
            {
                using var refused = await server.Operator.GetAsync($"{path}?{query}");
                Assert.True((int)refused.StatusCode == 400, $"{list.Id} {query}: {(int)refused.StatusCode}");
            }
        }
    }

    /// <summary>B16: who asks by another Host or says where it comes from gets no address made of that.</summary>
    [Fact]
    public async Task B16_SpoofedForwarding_IsInNoAnswer()
    {
        await using var server = await StartAsync();
        foreach (var operation in (await ApiOperation.AllAsync(server)).Where(operation => operation.Method == "GET"))
        {
            using var request = operation.Request(operation.Fill(ApiOperation.Known));
            foreach (var name in (string[])["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Original-URL", "Forwarded"])
            {
                request.Headers.TryAddWithoutValidation(name, name == "Forwarded" ? "for=1.2.3.4;host=evil.test;proto=https" : "evil.test");
            }

            using var response = await server.Operator.SendAsync(request);
            Assert.DoesNotContain("evil.test", await response.Content.ReadAsStringAsync() + response.Headers, StringComparison.Ordinal);
        }
    }

    private static async Task<ControlServer> StartAsync(Dialect dialect = Dialect.Sqlite)
    {
        var server = await ControlServer.StartAsync(dialect, configure: options => options with { ApiRequestsPerMinute = 1_000_000, AnonymousApiRequestsPerMinute = 1_000_000 });
        foreach (var tenant in (string[])["acme", "other"])
        {
            using var owner = await server.CreateTenantAsync(tenant);
            await owner.DeployAsync(tenant, "web", Api.Wasm());
        }

        return server;
    }

    private static async Task<long> TrailAsync(ControlServer server) => await server.Get<Database>().FindAsync<long>("SELECT COUNT(*) FROM audit", null, CancellationToken.None);

    // Names of other things have another grammar, or are numbers.
    private static bool IsAName(string parameter, string name) => parameter switch
    {
        "tenant" or "app" => false,
        "name" => name.All(c => c is (>= 'a' and <= 'z') or '_') && name[0] != '_',
        _ => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'),
    };
}
