using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>
/// A server of the machine's own installation, for a test process: on a random port of the loopback, in a directory of its own that goes with it. The shell that started it ends it
/// when its input ends: when this process says so, or is gone, however it went.
/// </summary>
public sealed class ShellServer : IAsyncDisposable
{
    private readonly Process _process;

    private ShellServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>A MariaDB with the user <c>root</c>, whose password is empty, and the database <c>test</c>.</summary>
    public static Task<ShellServer> StartMariaDbAsync() => StartAsync(
        """
        mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db --user=root >/dev/null || exit
        echo "CREATE DATABASE test;" > "$dir/init.sql"
        mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --bind-address=127.0.0.1 --port=$port --user=root --init-file="$dir/init.sql" --skip-name-resolve \
          --innodb-flush-log-at-trx-commit=0 >/dev/null 2>&1 &
        """);

    /// <summary>A Mosquitto that lets everybody in.</summary>
    public static Task<ShellServer> StartMosquittoAsync() => StartAsync(
        """
        printf "listener $port 127.0.0.1\nallow_anonymous true\n" > "$dir/mosquitto.conf"
        mosquitto -c "$dir/mosquitto.conf" >/dev/null 2>&1 &
        """);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<ShellServer> StartAsync(string script)
    {
        var port = TestPorts.Next();
        var directory = Directory.CreateTempSubdirectory("platform-server-").FullName;
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", $"dir=$1 port=$2\n{script}\npid=$!; read -r _; kill -KILL $pid; wait $pid 2>/dev/null; rm -rf \"$dir\"", "sh", directory, $"{port}"])
        {
            start.ArgumentList.Add(argument);
        }

        var server = new ShellServer(Process.Start(start) ?? throw new InvalidOperationException("no shell"), port);
        await server.WaitUntilUpAsync();
        return server;
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
                return;
            }
            catch (SocketException) when (!_process.HasExited && deadline.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(20);
            }
        }
    }
}
