using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Capabilities;

/// <summary>The embedded Garnet: what it keeps, and who reaches it.</summary>
public sealed class EmbeddedKeyValueTests
{
    private const string Open = """["key-value.Store.open","default"]""";

    [Theory]
    [InlineData(ServerProcess.SigTerm)]
    [InlineData(ServerProcess.SigKill)]
    public async Task Values_AfterARestart_AreThere(int signal)
    {
        using var directory = new TemporaryDirectory();
        var settings = new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50" };
        Tenant tenant;
        await using (var first = await PlatformServer.StartAsync(directory.Combine("data"), settings: settings, compiled: "js-calls"))
        {
            tenant = await first.CreateTenantAsync("keeper");
            await DeployAsync(tenant);
            Assert.EndsWith("null\n", await CallAsync(first, tenant, $$"""[{{Open}},["$0.set","k",{"bytes":"kept"}]]"""), StringComparison.Ordinal);
            if (signal == ServerProcess.SigKill)
            {
                // The log is written every 200 ms: what a kill may lose is what isn't there yet.
                await WaitUntilWrittenAsync(Path.Combine(first.DataDirectory, "garnet/AOF"), "kept"u8.ToArray());
            }

            await first.StopAsync(signal);
        }

        await using var second = await PlatformServer.StartAsync(directory.Combine("data"), settings: settings);
        Assert.EndsWith("{\"bytes\":\"kept\"}\n", await CallAsync(second, tenant, $$"""[{{Open}},["$0.get","k"]]"""), StringComparison.Ordinal);
        Assert.EndsWith("[\"k\"]\n", await CallAsync(second, tenant, $$"""[{{Open}},["$0.getKeys"]]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_WithoutThePassword_SaysNothing()
    {
        await using var server = await PlatformServer.StartAsync();
        var path = Path.Combine(server.DataDirectory, "garnet/socket");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        foreach (var command in (string[])["GET k", "AUTH wrong", "KEYS *", "CONFIG GET *", "EVAL return(1) 0", "SUBSCRIBE c"])
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            var parts = command.Split(' ');
            var request = $"*{parts.Length}\r\n" + string.Concat(parts.Select(static part => string.Create(CultureInfo.InvariantCulture, $"${part.Length}\r\n{part}\r\n")));
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            var answer = new byte[256];
            var read = await socket.ReceiveAsync(answer).WaitAsync(ServerProcess.Patience);
            Assert.Matches("^-(NOAUTH|WRONGPASS)", Encoding.ASCII.GetString(answer, 0, read));
        }

        // Nor does it listen on TCP: the platform's own port is the only one of the process.
        Assert.Single(Listening(server.Process.Id));
    }

    private static List<string> Listening(int pid)
    {
        var inodes = Directory.EnumerateFiles($"/proc/{pid}/fd").Select(static fd => new FileInfo(fd).LinkTarget ?? "")
            .Where(static target => target.StartsWith("socket:[", StringComparison.Ordinal)).Select(static target => target["socket:[".Length..^1]).ToHashSet();
        return [.. ((string[])["tcp", "tcp6"]).SelectMany(table => File.ReadLines($"/proc/{pid}/net/{table}").Skip(1))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == "0A" && inodes.Contains(fields[9])).Select(static fields => fields[1])];
    }

    private static async Task WaitUntilWrittenAsync(string directory, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (!Directory.EnumerateFiles(directory, "aof.log.*").Any(file => Contains(file, bytes)))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static bool Contains(string file, byte[] bytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content.AsSpan().IndexOf(bytes) >= 0;
    }

    private static async Task DeployAsync(Tenant tenant) => await tenant.DeployManifestAsync(
        "app",
        Manifests.For("calls.wasm").Replace("files = []", "key_value_stores = [\"default\"]", StringComparison.Ordinal),
        ("calls.wasm", File.ReadAllBytes(Repository.Guest("js-calls"))));

    private static async Task<string> CallAsync(PlatformServer server, Tenant tenant, string calls)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(calls) };
        using var response = await server.SendToAppAsync(request, tenant.HostOf("app"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
