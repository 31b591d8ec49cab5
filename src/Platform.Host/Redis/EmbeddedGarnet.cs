using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Redis;

/// <summary>
/// The Redis of an installation that has none: Garnet in this process, on a Unix socket of this user with a password of this process, its data below the data
/// directory. It appends to a log that is written every 200 ms: a kill loses less than a second of writes.
/// </summary>
internal sealed class EmbeddedGarnet : IAsyncDisposable
{
    // sun_path has 108 bytes (unix(7)), its end included.
    private const int MaxSocketPath = 107;

    private readonly GarnetServer _server;
    private readonly string? _socketDirectory;

    private EmbeddedGarnet(GarnetServer server, string connectionString, string? socketDirectory)
    {
        _server = server;
        ConnectionString = connectionString;
        _socketDirectory = socketDirectory;
    }

    /// <summary>How this process connects (StackExchange.Redis).</summary>
    public string ConnectionString { get; }

    /// <summary>Starts it, with what an earlier process kept.</summary>
    /// <exception cref="StartupException">It can't start.</exception>
    public static EmbeddedGarnet Start(DataDirectory data)
    {
        var directory = Path.Combine(data.Path, "garnet");
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var socket = Path.Combine(directory, "socket");
        string? elsewhere = null;
        if (System.Text.Encoding.UTF8.GetByteCount(socket) > MaxSocketPath)
        {
            elsewhere = Directory.CreateTempSubdirectory("platform-garnet-").FullName;
            socket = Path.Combine(elsewhere, "socket");
        }

        // What a killed process left.
        File.Delete(socket);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        try
        {
            var server = new GarnetServer(Options(directory, socket, password));
            server.Start();
            return new EmbeddedGarnet(server, $"!{socket},password={password},abortConnect=false", elsewhere);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new StartupException(
                $"--data-dir {data.Path}: the embedded Garnet can't start from {directory} ({OneLine.Of(failure.Message)}); restore that directory, or set ConnectionStrings__Redis to a Redis");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.Store.CommitAOFAsync(CancellationToken.None);
        _server.Dispose();
        if (_socketDirectory is not null)
        {
            Directory.Delete(_socketDirectory, recursive: true);
        }
    }

    // Small: 32 MiB of values in memory, the rest on disk. RandomAccess is .NET's own: the native device needs a library that Debian doesn't install.
    private static GarnetServerOptions Options(string directory, string socket, string password) => new()
    {
        EndPoints = [new UnixDomainSocketEndPoint(socket)],
        UnixSocketPath = socket,
        UnixSocketPermission = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        AuthSettings = new PasswordAuthenticationSettings(password),
        QuietMode = true,
        DeviceType = Tsavorite.core.DeviceType.RandomAccess,
        LogDir = directory,
        CheckpointDir = directory,
        EnableStorageTier = true,
        LogMemorySize = "32m",
        PageSize = "4m",
        SegmentSize = "64m",
        ObjectLogSegmentSize = "64m",
        IndexMemorySize = "1m",
        IndexMaxMemorySize = "64m",
        BufferPoolMemoryBudget = "64m",
        EnableAOF = true,
        Recover = true,
        CommitFrequencyMs = 200,
        AofMemorySize = "32m",
        AofPageSize = "8m",
        AofSegmentSize = "64m",
        AofSizeLimit = "128m",
        CompactionFrequencySecs = 300,
        CompactionType = LogCompactionType.Scan,
        CompactionForceDelete = true,
        PubSubPageSize = "4m",
        EnableLua = true,
        LuaOptions = new LuaOptions(),
        LuaTransactionMode = true,
    };
}
