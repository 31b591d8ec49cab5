using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Control.Tokens;

namespace Platform.Host.Startup;

/// <summary>
/// The operator's token: made at the first start, or mounted as a secret. Only its hash is kept in memory. A file that changes (a rotation here, the command <c>new-operator-token</c>, a secret that is
/// mounted anew) is in force within a second; one that can't be read then, or holds no token, changes nothing but is logged. Thread-safe.
/// </summary>
internal sealed partial class OperatorToken : IOperatorToken
{
    private const string FileName = "operator-token";

    // Long enough that no rate of guessing matters.
    private const int MinimumLength = 32;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time;
    private volatile State _state;
    private long _lookedAt;
    private ILogger? _logger;
    private string? _logged;

    private OperatorToken(string file, bool isMounted, State state, TimeProvider time)
    {
        File = file;
        CanRotate = !isMounted;
        _state = state;
        _time = time;
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>Where the operator reads it.</summary>
    public string File { get; }

    /// <inheritdoc/>
    public bool CanRotate { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Sha256
    {
        get
        {
            var looked = Interlocked.Read(ref _lookedAt);
            if (_time.GetElapsedTime(looked) > LookInterval && Interlocked.CompareExchange(ref _lookedAt, _time.GetTimestamp(), looked) == looked)
            {
                Look();
            }

            return _state.Sha256;
        }
    }

    /// <inheritdoc/>
    public string Rotate()
    {
        var token = Write(File);
        _state = new State(WrittenAt(File), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        return token;
    }

    /// <summary>Says where it is logged that a changed file can't be used: the log is there later than the token.</summary>
    public void LogTo(ILogger<OperatorToken> logger) => _logger = logger;

    /// <summary>The token itself, for what this process does in the operator's name; kept nowhere.</summary>
    public string Read() => System.IO.File.ReadAllText(File).Trim();

    /// <summary>Where a data directory has it, unless it is mounted.</summary>
    public static string FileIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);

    /// <summary>Reads the mounted file (<c>Platform:OperatorTokenFile</c>), else the data directory's, which is made when it isn't there.</summary>
    /// <exception cref="StartupException">The file can't be read or holds no usable token.</exception>
    public static OperatorToken Load(DataDirectory data, string? mounted, TimeProvider time)
    {
        var file = mounted is null ? FileIn(data.Path) : Path.GetFullPath(mounted);
        var setting = mounted is null ? "--data-dir" : "Platform:OperatorTokenFile";
        try
        {
            if (mounted is null && !System.IO.File.Exists(file))
            {
                Write(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{setting}: {file} can't be written ({OneLine.Of(e.Message)}); make it writable for this user");
        }

        var writtenAt = WrittenAt(file);
        return HashOf(SecretFile.Read(setting, file)) is { } hash
            ? new OperatorToken(file, mounted is not null, new State(writtenAt, hash), time)
            : throw new StartupException(
                $"{setting}: {file} holds no token; put at least {MinimumLength} printable characters in it" + (mounted is null ? ", or delete it and a new one is made" : string.Empty));
    }

    /// <summary>Makes a new token in a data directory, for an operator who lost it; a running platform takes it up.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="StartupException">There is no data directory, or it can't be written.</exception>
    public static string Replace(string dataDirectory)
    {
        var file = FileIn(Path.GetFullPath(dataDirectory));
        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new StartupException($"--data-dir {Path.GetDirectoryName(file)}: there is no such directory; give the platform's");
        }

        try
        {
            Write(file);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"--data-dir: {file} can't be written ({OneLine.Of(e.Message)}); run this as the platform's user");
        }
    }

    private void Look()
    {
        try
        {
            var writtenAt = WrittenAt(File);
            if (writtenAt == _state.WrittenAt)
            {
                return;
            }

            if (HashOf(System.IO.File.ReadAllText(File).Trim()) is not { } hash)
            {
                LogOnce($"it holds no token of at least {MinimumLength} printable characters");
                return;
            }

            _state = new State(writtenAt, hash);
            _logged = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Maybe a mount that is being replaced: the next look finds the new one.
            LogOnce(OneLine.Of(e.Message));
        }
    }

    private void LogOnce(string reason)
    {
        if (_logger is { } logger && _logged != reason)
        {
            _logged = reason;
            LogUnusable(logger, File, reason);
        }
    }

    [LoggerMessage(3502, LogLevel.Warning, "The operator's token in {File} was changed, but can't be used ({Reason}): the one before stays in force")]
    private static partial void LogUnusable(ILogger logger, string file, string reason);

    private static string Write(string file)
    {
        var token = "plat_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        SecretFile.Write(file, token);
        return token;
    }

    private static DateTime WrittenAt(string file) => System.IO.File.GetLastWriteTimeUtc(file);

    private static byte[]? HashOf(string token) =>
        token.Length >= MinimumLength && !token.Any(c => c is <= ' ' or > '~') ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;

    private sealed record State(DateTime WrittenAt, ReadOnlyMemory<byte> Sha256);
}
