using Microsoft.Extensions.Logging;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Keeps the artifacts on disk within a number of bytes: those of other engines go first, then the least recently used (a directory's time of change says when it was used), never one that is loaded or
/// being made or read. A directory leaves its place under the lock, by a rename, so that nobody who comes then finds half of it.
/// </summary>
internal sealed partial class ArtifactRoom
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly string _root;
    private readonly string _leaving;
    private readonly string _engine;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Bytes on disk; -1 until they were counted.
    private long _bytes = -1;

    /// <param name="root">Where artifacts are: <c>{first 2}/{sha256}/{engine}/</c>.</param>
    /// <param name="leaving">Where they go to be deleted, on the same file system.</param>
    /// <param name="engine">The name of this engine's directories.</param>
    /// <param name="maxBytes">Bytes at most.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public ArtifactRoom(string root, string leaving, string engine, long maxBytes, TimeProvider time, ILogger logger)
    {
        _root = root;
        _leaving = leaving;
        _engine = engine;
        _maxBytes = maxBytes;
        _time = time;
        _logger = logger;
    }

    /// <summary>Says whether a module is loaded: its artifact stays.</summary>
    public Func<string, bool> IsLoaded { get; set; } = static _ => false;

    /// <summary>A module's artifact is being made or read until <see cref="Leave"/>.</summary>
    public void Enter(string sha256)
    {
        lock (_gate)
        {
            _held[sha256] = _held.GetValueOrDefault(sha256) + 1;
        }
    }

    /// <summary>The end of what <see cref="Enter"/> began.</summary>
    public void Leave(string sha256)
    {
        lock (_gate)
        {
            if (--_held[sha256] == 0)
            {
                _held.Remove(sha256);
            }
        }
    }

    /// <summary>Notes that an artifact is used now.</summary>
    public void Touch(string directory)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(directory, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A disk that can't be written: nothing is added to it either.
            LogNotKept(directory, failure.Message);
        }
    }

    /// <summary>When a module was last used, with whichever engine; the beginning of time when it has no artifact.</summary>
    public DateTime LastUsed(string sha256)
    {
        var home = new DirectoryInfo(Path.Combine(_root, sha256[..2], sha256));
        return home.Exists ? home.EnumerateDirectories().Select(static engine => engine.LastWriteTimeUtc).DefaultIfEmpty().Max() : default;
    }

    /// <summary>Makes room after an artifact was added.</summary>
    public void Added(string directory)
    {
        try
        {
            List<string> leaving;
            lock (_gate)
            {
                _bytes = _bytes < 0 ? All().Sum(static artifact => artifact.Bytes) : _bytes + SizeOf(new DirectoryInfo(directory));
                leaving = _bytes > _maxBytes ? Choose() : [];
            }

            foreach (var gone in leaving)
            {
                Directory.Delete(gone, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotKept(directory, failure.Message);
        }
    }

    // Some below the limit, so that not every further artifact walks through all of them.
    private List<string> Choose()
    {
        var all = All();
        _bytes = all.Sum(static artifact => artifact.Bytes);
        var enough = _maxBytes - (_maxBytes / 10);
        var leaving = new List<string>();
        foreach (var artifact in all.OrderBy(artifact => artifact.Engine == _engine).ThenBy(static artifact => artifact.LastUsed))
        {
            if (_bytes <= enough)
            {
                break;
            }

            if (artifact.Engine == _engine && (_held.ContainsKey(artifact.Sha256) || IsLoaded(artifact.Sha256)))
            {
                continue;
            }

            Directory.CreateDirectory(_leaving);
            var target = Path.Combine(_leaving, Guid.NewGuid().ToString("n"));
            Directory.Move(artifact.Directory, target);
            leaving.Add(target);
            _bytes -= artifact.Bytes;
        }

        return leaving;
    }

    private List<Kept> All()
    {
        var all = new List<Kept>();
        foreach (var module in new DirectoryInfo(_root).EnumerateDirectories("??").SelectMany(static some => some.EnumerateDirectories()))
        {
            all.AddRange(module.EnumerateDirectories().Select(engine => new Kept(module.Name, engine.Name, engine.FullName, SizeOf(engine), engine.LastWriteTimeUtc)));
        }

        return all;
    }

    private static long SizeOf(DirectoryInfo directory) => directory.EnumerateFiles().Sum(static file => file.Length);

    private sealed record Kept(string Sha256, string Engine, string Directory, long Bytes, DateTime LastUsed);

    [LoggerMessage(3114, LogLevel.Warning, "The artifact cache at {Directory} can't be kept in order: {Reason}")]
    private partial void LogNotKept(string directory, string reason);
}
