using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Testing;

/// <summary>A Redis server of the machine's own installation: on a random port of the loopback, with a password, keeping nothing.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    public const string Password = "of-the-tests";

    private readonly Process _process;

    private readonly string _password;
    private bool _stopped;

    private RedisServer(Process process, int port, string password)
    {
        _process = process;
        Port = port;
        _password = password;
    }

    public int Port { get; }

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},password={_password}";

    public static async Task<RedisServer> StartAsync(int? port = null, string password = Password)
    {
        var chosen = port ?? TestPorts.Next();

        // The shell ends the server when its input ends: when this process says so, or is gone, however it went.
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "-c", "\"$@\" >/dev/null & pid=$!; read -r _; kill -KILL $pid; wait $pid", "sh",
                "redis-server", "--port", $"{chosen}", "--bind", "127.0.0.1", "--requirepass", password, "--save", "", "--appendonly", "no",
            },
        };
        var server = new RedisServer(Process.Start(start) ?? throw new InvalidOperationException("redis-server did not start"), chosen, password);
        await server.WaitUntilUpAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitUntilUpAsync()
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                var stream = client.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {_password}\r\n"));
                var answer = new byte[64];
                if (Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer)) == "+OK\r\n")
                {
                    return;
                }
            }
            catch (SocketException) when (!_process.HasExited && deadline.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(20);
            }
        }
    }
}
