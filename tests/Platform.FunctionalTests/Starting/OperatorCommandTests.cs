using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>What an operator does on the machine itself.</summary>
public sealed class OperatorCommandTests
{
    [Fact]
    public async Task NewOperatorToken_WhileThePlatformRuns_IsInForceWithoutARestart()
    {
        await using var server = await PlatformServer.StartAsync();
        var lost = server.OperatorToken;

        var (code, output) = await RunAsync("new-operator-token", "--data-dir", server.DataDirectory);

        Assert.True(code == 0, output);
        Assert.DoesNotContain(server.OperatorToken, output, StringComparison.Ordinal);
        Assert.NotEqual(lost, server.OperatorToken);
        await UntilAsync(server, server.OperatorToken, HttpStatusCode.OK);
        using var old = await server.SendAsync(HttpMethod.Get, "/v1/me", lost);
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataDirectory, "operator-token")));
    }

    [Fact]
    public async Task OperatorTokenFile_ChangedToWhatIsNoToken_LeavesTheOneInForceAndIsLogged()
    {
        await using var server = await PlatformServer.StartAsync();
        var token = server.OperatorToken;
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "operator-token"), "short\n");

        var until = DateTime.UtcNow + ServerProcess.Patience;
        while (!server.Process.Output.Contains("was changed, but can't be used", StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < until, server.Process.Output);
            await UntilAsync(server, token, HttpStatusCode.OK);
        }

        Assert.DoesNotContain(token, server.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateOperatorToken_ByTheApi_IsInTheFileToo()
    {
        await using var server = await PlatformServer.StartAsync();
        var before = server.OperatorToken;

        using var rotated = await server.SendAsync(HttpMethod.Post, "/v1/operator-token/rotate", before);

        var token = (await PlatformServer.ExpectAsync(rotated, HttpStatusCode.Created))["token"]!.GetValue<string>();
        Assert.Equal(token, server.OperatorToken);
        using var old = await server.SendAsync(HttpMethod.Get, "/v1/me", before);
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        using var next = await server.SendAsync(HttpMethod.Get, "/v1/me", token);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task RotateMasterKey_OfAStoppedPlatform_KeepsItsSessionsReadable()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string access;
        byte[] before;
        await using (var first = await PlatformServer.StartAsync(data))
        {
            access = await SignInAsync(first);
            before = await File.ReadAllBytesAsync(Path.Combine(data, "master.key"));
            var (refused, why) = await RunAsync("rotate-master-key", "--data-dir", data);
            Assert.Equal(1, refused);
            Assert.Contains("in use by another process", why, StringComparison.Ordinal);
            await first.StopAsync();
        }

        var (code, output) = await RunAsync("rotate-master-key", "--data-dir", data);

        Assert.True(code == 0, output);
        Assert.NotEqual(before, await File.ReadAllBytesAsync(Path.Combine(data, "master.key")));
        await using (var second = await PlatformServer.StartAsync(data))
        {
            using var me = await second.SendAsync(HttpMethod.Get, "/v1/me", access);
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
            await second.StopAsync();
        }

        await File.WriteAllBytesAsync(Path.Combine(data, "master.key"), before);
        await using var third = ServerProcess.Start(Repository.HostProgram, ["--urls", "http://127.0.0.1:0", "--data-dir", data], [], directory.Path);
        Assert.Equal(1, await third.WaitForExitAsync());
        Assert.Contains("isn't the one that this store's keys are wrapped with", third.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateMasterKey_CutShortBeforeItsCommit_IsEndedByTheNextStart()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string access;
        await using (var first = await PlatformServer.StartAsync(data))
        {
            access = await SignInAsync(first);
            await first.StopAsync();
        }

        var next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n";
        await File.WriteAllTextAsync(Path.Combine(data, "master.key.next"), next);

        await using var second = await PlatformServer.StartAsync(data);

        using var me = await second.SendAsync(HttpMethod.Get, "/v1/me", access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Equal(next, await File.ReadAllTextAsync(Path.Combine(data, "master.key")));
        Assert.False(File.Exists(Path.Combine(data, "master.key.next")));
    }

    [Fact]
    public async Task OneTimeLink_OfAnInvitation_LeadsToAPageThatKeepsItsSecretToItself()
    {
        await using var server = await PlatformServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var invited = await server.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/members", server.OperatorToken, JsonContent.Create(new { email = "jo@example.com", role = "owner" }));
        var link = new Uri((await PlatformServer.ExpectAsync(invited, HttpStatusCode.Created))["link"]!.GetValue<string>());

        using var page = await server.Http.GetAsync(link);
        using var script = await server.Http.GetAsync(new Uri(link, "/pages/one-time.js"));

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("/v1/invitations/accept", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.Contains("script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.DoesNotContain(link.Fragment[1..], link.AbsolutePath + link.Query, StringComparison.Ordinal);
    }

    private static async Task<string> SignInAsync(PlatformServer server)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/sessions", null, JsonContent.Create(new { token = server.OperatorToken }));
        return (await PlatformServer.ExpectAsync(response, HttpStatusCode.Created))["accessToken"]!.GetValue<string>();
    }

    private static async Task UntilAsync(PlatformServer server, string token, HttpStatusCode status)
    {
        var until = DateTime.UtcNow + ServerProcess.Patience;
        while (true)
        {
            using var response = await server.SendAsync(HttpMethod.Get, "/v1/me", token);
            if (response.StatusCode == status)
            {
                return;
            }

            Assert.True(DateTime.UtcNow < until, $"still {(int)response.StatusCode}");
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        await using var process = ServerProcess.Start(Repository.HostProgram, arguments, [], Path.GetTempPath());
        var code = await process.WaitForExitAsync();
        return (code, process.Output + process.Errors);
    }
}
