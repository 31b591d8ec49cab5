using System.Net.Sockets;
using System.Text;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>The platform as a service of systemd: what it tells it (sd_notify(3)), and the unit of deploy/systemd.</summary>
public sealed class SystemdTests
{
    [Fact]
    public async Task Service_TellsWhenItServesAndWhenItStops()
    {
        using var directory = new TemporaryDirectory();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(directory.Combine("notify")));
        await using var platform = await PlatformServer.StartAsync(settings: new Dictionary<string, string> { ["NOTIFY_SOCKET"] = directory.Combine("notify") });

        Assert.Equal("READY=1", await ReceiveAsync(socket));
        using var ready = await platform.Http.GetAsync("/readyz");
        Assert.True(ready.IsSuccessStatusCode);

        platform.Process.Signal(ServerProcess.SigTerm);
        Assert.Equal("STOPPING=1", await ReceiveAsync(socket));
        Assert.Equal(0, await platform.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task Unit_IsOneThatSystemdTakes()
    {
        using var directory = new TemporaryDirectory();
        var unit = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/systemd/platform.service"));
        Assert.Contains("ExecStart=/opt/platform/Platform.Host ", unit, StringComparison.Ordinal);
        var file = directory.Combine("platform.service");
        await File.WriteAllTextAsync(file, unit.Replace("/opt/platform/Platform.Host", Repository.HostProgram, StringComparison.Ordinal));

        await using var verify = ServerProcess.Start("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", file], [], directory.Path);

        Assert.Equal(0, await verify.WaitForExitAsync());
        Assert.Empty(verify.Errors);
        Assert.Empty(verify.Output);
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[256];
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token)).TrimEnd('\n');
    }
}
