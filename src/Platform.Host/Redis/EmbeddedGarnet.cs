using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Redis;

/// <summary>
/// The Redis of an installation that has none: Garnet in this process, on a Unix socket of this user with a password of this process, which a file beside it tells the
/// operator's commands; its data is below the data directory. It appends to a log that is written every 200 ms: a kill loses less than a second of writes.
/// </summary>
internal sealed class EmbeddedGarnet : IAsyncDisposable
{
    // sun_path has 108 bytes (unix(7)), its end included.
    private const int MaxSocketPath = 107;

    private const string SocketName = "socket";
    private const string ConnectionName = "connection";

    private readonly GarnetServer _server;
    private readonly string _connectionFile;
    private readonly string? _socketDirectory;

    private EmbeddedGarnet(GarnetServer server, string connectionString, string connectionFile, string? socketDirectory)
    {
        _server = server;
        ConnectionString = connectionString;
        _connectionFile = connectionFile;
        _socketDirectory = socketDirectory;
    }

    /// <summary>How this process connects (StackExchange.Redis).</summary>
    public string ConnectionString { get; }

    /// <summary>Where it keeps its data.</summary>
    public static string DirectoryOf(string dataDirectory) => Path.Combine(dataDirectory, "garnet");

    /// <summary>How another process of this user connects to the one that runs on a data directory; null while there is none.</summary>
    public static string? FindConnection(string dataDirectory)
    {
        var file = ConnectionFileOf(DirectoryOf(dataDirectory));
        return File.Exists(file) ? SecretFile.Read("--data-dir", file) : null;
    }

    /// <summary>Whether a file of its directory is only of the process that runs on it.</summary>
    public static bool IsOfProcess(string name) => name is SocketName or ConnectionName;

    /// <summary>Starts it, with what an earlier process kept.</summary>
    /// <exception cref="StartupException">It can't start.</exception>
    public static EmbeddedGarnet Start(DataDirectory data)
    {
        var directory = DirectoryOf(data.Path);
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var socket = Path.Combine(directory, SocketName);
        string? elsewhere = null;
        if (System.Text.Encoding.UTF8.GetByteCount(socket) > MaxSocketPath)
        {
            elsewhere = Directory.CreateTempSubdirectory("platform-garnet-").FullName;
            socket = Path.Combine(elsewhere, SocketName);
        }

        // What a killed process left.
        var connectionFile = ConnectionFileOf(directory);
        File.Delete(connectionFile);
        File.Delete(socket);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        try
        {
            var server = new GarnetServer(Options(directory, socket, password));
            server.Start();
            var connection = $"!{socket},password={password},abortConnect=false";
            SecretFile.Write(connectionFile, connection);
            return new EmbeddedGarnet(server, connection, connectionFile, elsewhere);
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
        File.Delete(_connectionFile);
        await _server.Store.CommitAOFAsync(CancellationToken.None);
        _server.Dispose();
        if (_socketDirectory is not null)
        {
            Directory.Delete(_socketDirectory, recursive: true);
        }
    }

    // Of mode 0600 in a directory of 0700, as the socket: the password is for who gets at the socket only, through a program that connects where it is told.
    private static string ConnectionFileOf(string directory) => Path.Combine(directory, ConnectionName);

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
