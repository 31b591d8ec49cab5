using System.Net;
using System.Text;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>What can't run is refused when it is deployed, with the reason, and what was live stays live.</summary>
public sealed class RefusalTests(SharedPlatform platform)
{
    [Fact]
    public async Task Deploy_Malformed_Is422()
    {
        var reason = await RefusedAsync(Encoding.ASCII.GetBytes("this is no wasm at all"));
        Assert.Contains("not a WebAssembly binary", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Deploy_Truncated_Is422(int length)
    {
        var module = await File.ReadAllBytesAsync(Repository.Guest("c-hello"));
        Assert.NotEmpty(await RefusedAsync(module[..length]));
    }

    [Fact]
    public async Task Deploy_UnknownImport_Is422NamingIt()
    {
        // (module (import "env" "mystery" (func)) (func (export "_start")) (memory (export "memory") 1))
        byte[] module =
        [
            0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00,
            0x02, 0x0f, 0x01, 0x03, .. "env"u8, 0x07, .. "mystery"u8, 0x00, 0x00,
            0x03, 0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01,
            0x07, 0x13, 0x02, 0x06, .. "_start"u8, 0x00, 0x01, 0x06, .. "memory"u8, 0x02, 0x00,
            0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b,
        ];
        Assert.Contains("mystery", await RefusedAsync(module), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_NoHandler_Is422()
    {
        byte[] empty = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
        Assert.NotEmpty(await RefusedAsync(empty));
    }

    private async Task<string> RefusedAsync(byte[] module)
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("hello", "c-hello");
        using var response = await tenant.TryDeployAsync("hello", module);
        var problem = await PlatformServer.ExpectAsync(response, HttpStatusCode.UnprocessableEntity);
        await tenant.ExpectHelloAsync("hello");
        return problem["detail"]!.GetValue<string>();
    }
}
