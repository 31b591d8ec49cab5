using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Attacks;

/// <summary>Attack B14, slowloris: who sends a byte now and then is not waited for, at the API and at an app, and holds up nobody else.</summary>
public sealed class SlowClientTests(SharedPlatform platform)
{
    [Fact]
    public async Task Headers_ThatNeverEnd_AreTimedOutOrClosed()
    {
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync("GET /v1/tenants HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        var received = await connection.TrickleToEndAsync("a");
        Assert.True(received.Length == 0 || received.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), received);
    }

    [Theory]
    [InlineData("/v1/invitations/accept", "localhost")]
    [InlineData("/echo", null)]
    public async Task Body_ThatTrickles_IsTimedOutOrClosed(string path, string? host)
    {
        if (host is null)
        {
            var tenant = await platform.NewTenantAsync();
            await tenant.DeployAsync("echo", "c-echo");
            host = tenant.HostOf("echo");
        }

        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n");
        var received = await connection.TrickleToEndAsync(" ");
        var status = received.Split('\n')[0];
        Assert.True(received.Length == 0 || received.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || received.StartsWith("HTTP/1.1 504", StringComparison.Ordinal) || path == "/echo", status);
        Assert.DoesNotContain(new string(' ', 60000), received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlowClients_ByTheHundred_HoldUpNobody()
    {
        var slow = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var connection = await RawConnection.OpenAsync(platform.Server.Url);
                slow.Add(connection);
                await connection.SendAsync(i % 2 == 0
                    ? "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                    : "POST /v1/invitations/accept HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{");
            }

            using var response = await platform.Server.Http.GetAsync("/healthz");
            Assert.Equal(200, (int)response.StatusCode);
        }
        finally
        {
            foreach (var connection in slow)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
