using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Limits;

/// <summary>Request headers are bounded (32 KiB in all) before anything of the platform sees them.</summary>
public sealed class HeaderTests(SharedPlatform platform)
{
    [Theory]
    [InlineData(30_000, "200 OK")]
    [InlineData(33_000, "431 Request Header Fields Too Large")]
    public async Task Request_HeadersOfASize_AreAnswered(int bytes, string expected)
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("hello", "c-hello");
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync($"GET / HTTP/1.1\r\nHost: {tenant.HostOf("hello")}\r\nX-Long: {new string('x', bytes)}\r\n\r\n");
        Assert.Equal($"HTTP/1.1 {expected}\r\n", await connection.ReadUntilAsync("\r\n"));
        await tenant.ExpectHelloAsync("hello");
    }
}
