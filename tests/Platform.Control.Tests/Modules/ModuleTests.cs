using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Modules;

public class ModuleTests
{
    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_Module_IsReadBackByItsOwnerOnly(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        var path = $"modules/sha256:{Api.Hex(content)}";

        using var first = await owner.PutAsync($"/v1/tenants/acme/{path}", new ByteArrayContent(content));
        using var second = await owner.PutAsync($"/v1/tenants/acme/{path}", new ByteArrayContent(content));
        using var head = await owner.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/tenants/acme/{path}"));
        var read = await owner.GetByteArrayAsync($"/v1/tenants/acme/{path}");
        using var foreign = await other.GetAsync($"/v1/tenants/other/{path}");
        using var foreignHead = await other.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/tenants/other/{path}"));
        using var theirs = await other.PutAsync($"/v1/tenants/other/{path}", new ByteArrayContent(content));

        Assert.Equal(new ModuleResource(Api.Hex(content), content.Length), await first.ReadAsync<ModuleResource>(201));
        Assert.Equal(200, (int)second.StatusCode);
        Assert.Equal(content.Length, head.Content.Headers.ContentLength);
        Assert.Equal(content, read);
        await foreign.ProblemAsync(404, "not-found");
        Assert.Equal(404, (int)foreignHead.StatusCode);
        Assert.Equal(201, (int)theirs.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_OtherContentThanTheHash_IsUnprocessableAndNothingIsVisible(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var content = RandomNumberGenerator.GetBytes(700_000);
        var named = new string('a', 64);

        using var put = await owner.PutAsync($"/v1/tenants/acme/modules/sha256:{named}", new ByteArrayContent(content));
        await put.ProblemAsync(422, "hash-mismatch");

        foreach (var hex in new[] { named, Api.Hex(content) })
        {
            using var get = await owner.GetAsync($"/v1/tenants/acme/modules/sha256:{hex}");
            await get.ProblemAsync(404, "not-found");
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_CutShort_LeavesNothing(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        var path = $"/v1/tenants/acme/modules/sha256:{Api.Hex(content)}";

        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"PUT {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {owner.DefaultRequestHeaders.Authorization}\r\nContent-Length: {content.Length}\r\n\r\n"));
            await socket.SendAsync(content.AsMemory(0, 600_000));
            await UntilAsync(server, "SELECT COUNT(*) FROM blob_chunks", count => count > 0);
            socket.LingerState = new LingerOption(true, 0);
        }

        await UntilAsync(server, "SELECT (SELECT COUNT(*) FROM blob_chunks) + (SELECT COUNT(*) FROM blob_uploads)", count => count == 0);
        using var get = await owner.GetAsync(path);
        await get.ProblemAsync(404, "not-found");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Put_OverTheLimit_IsTooLarge(bool chunked)
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { MaxModuleBytes = 500_000 });
        var owner = await server.CreateTenantAsync("acme");
        var content = new byte[500_001];
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/tenants/acme/modules/sha256:{Api.Hex(content)}") { Content = new ByteArrayContent(content) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await owner.SendAsync(request);

        await response.ProblemAsync(413, "too-large");
        Assert.Equal(0, await CountAsync(server, "SELECT COUNT(*) FROM blob_chunks"));
    }

    [Theory]
    [InlineData("sha256:abc")]
    [InlineData("sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sha256:..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f")]
    public async Task Put_NameIsNoSha256_IsInvalid(string name)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await owner.PutAsync($"/v1/tenants/acme/modules/{name}", new ByteArrayContent([]));

        await response.ProblemAsync(400, "invalid-name");
    }

    private static async Task<long> CountAsync(ControlServer server, string sql) =>
        await server.Get<Database>().FindAsync<long>(sql, null, CancellationToken.None);

    private static async Task UntilAsync(ControlServer server, string sql, Func<long, bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition(await CountAsync(server, sql)))
        {
            await Task.Delay(20, timeout.Token);
        }
    }
}
