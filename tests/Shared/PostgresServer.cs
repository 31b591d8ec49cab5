using System.Diagnostics;
using Npgsql;

namespace Platform.Testing;

/// <summary>
/// A PostgreSQL server of the machine's own installation, for one test process: in a temporary directory, on a random port of the loopback, without fsync.
/// PostgreSQL refuses to run as root; then it runs as user <c>postgres</c>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static PostgresServer? _shared;

    private readonly Process _process;
    private int _databases;
    private bool _stopped;

    private PostgresServer(Process process, int port, string data)
    {
        _process = process;
        Port = port;
        DataDirectory = data;
    }

    public int Port { get; }

    /// <summary>Its files, which go when it stops.</summary>
    public string DataDirectory { get; }

    /// <summary>The server of this test process, started by the first who asks and stopped when the process ends.</summary>
    public static async Task<PostgresServer> SharedAsync()
    {
        await Turn.WaitAsync();
        try
        {
            if (_shared is null)
            {
                _shared = await StartAsync();
                AppDomain.CurrentDomain.ProcessExit += (_, _) => _shared.Stop();
            }

            return _shared;
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Starts a server of its own.</summary>
    /// <param name="settings">Further settings, <c>name=value</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var bin = Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).First();
        var directory = Directory.CreateTempSubdirectory("platform-pg-").FullName;
        if (Environment.UserName == "root")
        {
            using var chown = Run("chown", ["postgres", directory]);
            await chown.WaitForExitAsync();
        }

        var data = Path.Combine(directory, "data");
        using (var initdb = Run($"{bin}/initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]))
        {
            await initdb.WaitForExitAsync();
            Assert.True(initdb.ExitCode == 0, await initdb.StandardError.ReadToEndAsync());
        }

        var port = TestPorts.Next();

        // The shell ends the server and removes its directory when its input ends: when this process says so, or is gone, however it went.
        const string Script = "dir=$1; shift; \"$@\" & pid=$!; read -r _; kill -QUIT $pid; wait $pid; rm -rf \"$dir\"";
        var process = Run("/bin/sh",
        [
            "-c", Script, "sh", directory, $"{bin}/postgres", "-D", data, "-p", $"{port}", "-k", directory, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off",
            "-c", "max_connections=200", "-c", "logging_collector=off", "-c", "log_min_messages=fatal",
            .. settings.SelectMany(static setting => new[] { "-c", setting }),
        ]);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var server = new PostgresServer(process, port, data);
        await server.WaitUntilUpAsync();
        return server;
    }

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Makes an empty database of a user of its own, who has to give a password; returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string user, string password)
    {
        await using (var connection = new NpgsqlConnection(ConnectionString("postgres")))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"CREATE ROLE {user} LOGIN PASSWORD '{password}'";
            await command.ExecuteNonQueryAsync();
            command.CommandText = $"CREATE DATABASE {user} OWNER {user}";
            await command.ExecuteNonQueryAsync();
            var rules = Path.Combine(DataDirectory, "pg_hba.conf");
            await File.WriteAllTextAsync(rules, $"host all {user} 127.0.0.1/32 scram-sha-256\n{await File.ReadAllTextAsync(rules)}");
            command.CommandText = "SELECT pg_reload_conf()";
            await command.ExecuteNonQueryAsync();
        }

        // The server reads its rules when it comes to it.
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString(user)) { Username = user };
        for (var deadline = Stopwatch.StartNew(); await IsTakenAsync(builder.ConnectionString); await Task.Delay(20))
        {
            Assert.True(deadline.Elapsed < TimeSpan.FromSeconds(60), "the server asks for no password");
        }

        builder.Password = password;
        return builder.ConnectionString;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        Stop();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Stop() => _process.StandardInput.Close();

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Maximum Pool Size=20;Timeout=15";

    private static async Task<bool> IsTakenAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task WaitUntilUpAsync()
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited && deadline.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }

    private static Process Run(string program, string[] arguments)
    {
        var asRoot = Environment.UserName == "root" && program.StartsWith('/');
        var start = new ProcessStartInfo(asRoot ? "setpriv" : program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        string[] prefix = asRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups", program] : [];
        foreach (var argument in prefix.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }
}
