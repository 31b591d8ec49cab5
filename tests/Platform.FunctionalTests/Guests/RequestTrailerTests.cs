using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Guests;

/// <summary>Trailers of requests, which a gateway in a process of its own can't pass on: .NET's client sends none.</summary>
public sealed class RequestTrailerTests(SharedPlatform platform)
{
    [Fact]
    public async Task Request_WithTrailers_GivesThemAfterTheBody()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("faults", "c-faults");
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync(
            $"POST /trailers HTTP/1.1\r\nHost: {tenant.HostOf("faults")}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Platform-X\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 42\r\nPlatform-X: 1\r\n\r\n");
        await connection.ReadUntilAsync("HTTP/1.1 200 OK\r\n");
        Assert.EndsWith("\r\n\r\nx-sum: 42\n", await connection.ReadUntilAsync("x-sum: 42\n"), StringComparison.Ordinal);
    }
}
