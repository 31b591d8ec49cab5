using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Modules;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Compiled modules on disk: <c>artifacts/{first 2}/{sha256}/{engine}/</c>. A directory appears there whole and sealed or not at all: it is made under
/// <c>artifacts/tmp</c>, flushed and renamed. One that fails its seal is deleted and compiled again. Callers make one module at a time (<see cref="ModuleCache"/>).
/// </summary>
internal sealed partial class ArtifactCache : IArtifactStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root;
    private readonly string _fallbackRoot;
    private readonly string _engine;
    private readonly ArtifactSeal _seal;
    private readonly ArtifactRoom _room;
    private readonly ModuleFetcher _fetcher;
    private readonly IModuleCompiler _compiler;
    private readonly IArtifactPeers? _peers;
    private readonly ILogger<ArtifactCache> _logger;

    /// <param name="dataDirectory">The node's data directory.</param>
    /// <param name="fallbackRoot">Where artifacts go when the data directory can't be written.</param>
    /// <param name="fingerprint">The engine's fingerprint.</param>
    /// <param name="key">Seals artifacts that workers take from each other; null for a key of this node's own.</param>
    /// <param name="maxBytes">Bytes of artifacts that are kept at most.</param>
    /// <param name="fetcher">Gets modules.</param>
    /// <param name="compiler">Compiles them.</param>
    /// <param name="peers">Other workers; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public ArtifactCache(
        string dataDirectory,
        string fallbackRoot,
        string fingerprint,
        byte[]? key,
        long maxBytes,
        ModuleFetcher fetcher,
        IModuleCompiler compiler,
        IArtifactPeers? peers,
        TimeProvider time,
        ILogger<ArtifactCache> logger)
    {
        _root = Path.Combine(dataDirectory, "artifacts");
        _fallbackRoot = fallbackRoot;
        _engine = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)))[..32];
        _fetcher = fetcher;
        _compiler = compiler;
        _peers = peers;
        _logger = logger;
        Directory.CreateDirectory(_root, OwnerOnly);
        File.SetUnixFileMode(_root, OwnerOnly);
        _seal = new ArtifactSeal(key ?? ArtifactKey.ReadOrCreate(Path.Combine(dataDirectory, "artifact.key")), fingerprint);
        _room = new ArtifactRoom(_root, Path.Combine(_root, "tmp"), _engine, maxBytes, time, logger);
        DeleteLeftovers();
    }

    /// <summary>Says whether a module is loaded: its artifact stays.</summary>
    public Func<string, bool> IsLoaded
    {
        set => _room.IsLoaded = value;
    }

    /// <summary>Whether this engine has compiled the module, and its artifact is still there.</summary>
    public bool Has(string sha256) => Directory.Exists(PathOf(sha256));

    /// <summary>When a module was last used, with whichever engine; the beginning of time for never.</summary>
    public DateTime LastUsed(string sha256) => _room.LastUsed(sha256);

    /// <summary>The module's artifact, compiled if need be; it stays until <see cref="Release"/>.</summary>
    /// <exception cref="Platform.Runtime.HandlerRefusedException">The module is refused.</exception>
    /// <exception cref="ModuleUnavailableException">It can't be had now.</exception>
    public async Task<Artifact> GetAsync(string sha256, CancellationToken cancellationToken)
    {
        _room.Enter(sha256);
        try
        {
            return await FindOrMakeAsync(sha256, cancellationToken);
        }
        catch
        {
            _room.Leave(sha256);
            throw;
        }
    }

    private async Task<Artifact> FindOrMakeAsync(string sha256, CancellationToken cancellationToken)
    {
        var home = PathOf(sha256);
        if (Directory.Exists(home))
        {
            if (_seal.IsAuthentic(home, sha256))
            {
                _room.Touch(home);
                return new Artifact(sha256, home, IsTransient: false);
            }

            LogNotAuthentic(sha256);
        }

        try
        {
            return await MakeAsync(sha256, home, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFallback(sha256, failure.Message);
        }

        try
        {
            return await MakeAsync(sha256, home: null, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ModuleUnavailableException($"Neither {_root} nor {_fallbackRoot} can be written: {failure.Message}", failure);
        }
    }

    internal string PathOf(string sha256) => Path.Combine(_root, sha256[..2], sha256, _engine);

    private async Task<Artifact> MakeAsync(string sha256, string? home, CancellationToken cancellationToken)
    {
        var work = home is null
            ? Path.Combine(_fallbackRoot, $"platform-artifact-{Guid.NewGuid():n}")
            : Path.Combine(_root, "tmp", Guid.NewGuid().ToString("n"));
        var output = Path.Combine(work, "out");
        var keep = false;
        try
        {
            if (home is not null && Directory.Exists(home))
            {
                Directory.Delete(home, recursive: true);
            }

            Directory.CreateDirectory(work, OwnerOnly);
            Directory.CreateDirectory(output, OwnerOnly);
            var isTaken = await TakeAsync(sha256, output, cancellationToken);
            if (!isTaken)
            {
                var module = Path.Combine(work, $"{sha256}.wasm");
                await _fetcher.FetchAsync(sha256, module, cancellationToken);
                await _compiler.CompileAsync(module, output, cancellationToken);
                File.Delete(module);
            }

            if (home is null)
            {
                keep = true;
                return new Artifact(sha256, output, IsTransient: true);
            }

            if (!isTaken)
            {
                _seal.Write(output, sha256);
            }

            DurableDirectory.FlushAll(output);
            var parent = Path.GetDirectoryName(home)!;
            Directory.CreateDirectory(parent, OwnerOnly);
            Directory.Move(output, home);
            DurableDirectory.FlushEntries(parent);
            _room.Touch(home);
            _room.Added(home);
            return new Artifact(sha256, home, IsTransient: false);
        }
        finally
        {
            if (!keep)
            {
                Delete(work);
            }
        }
    }

    // Another worker's is native code: it is used only when it was sealed with the cluster's key, for this module and this engine.
    private async Task<bool> TakeAsync(string sha256, string output, CancellationToken cancellationToken)
    {
        if (_peers is null || !await _peers.TryFetchAsync(sha256, _engine, output, cancellationToken))
        {
            return false;
        }

        if (_seal.IsAuthentic(output, sha256))
        {
            return true;
        }

        LogNotAuthentic(sha256);
        Directory.Delete(output, recursive: true);
        Directory.CreateDirectory(output, OwnerOnly);
        return false;
    }

    /// <inheritdoc/>
    public ArtifactLease? Find(string sha256, string engine)
    {
        if (engine != _engine || sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        _room.Enter(sha256);
        if (Directory.Exists(PathOf(sha256)))
        {
            return new ArtifactLease(PathOf(sha256), () => _room.Leave(sha256));
        }

        _room.Leave(sha256);
        return null;
    }

    /// <summary>Ends the use of an artifact that was loaded: the mapping outlives a transient one's files.</summary>
    public void Release(Artifact artifact)
    {
        _room.Leave(artifact.Sha256);
        if (artifact.IsTransient)
        {
            Delete(Path.GetDirectoryName(artifact.Directory)!);
        }
    }

    private void DeleteLeftovers() => Delete(Path.Combine(_root, "tmp"));

    private void Delete(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(directory, failure.Message);
        }
    }

    [LoggerMessage(3111, LogLevel.Error, "The artifact of sha256:{Sha256} is not what this node compiled; it is compiled again")]
    private partial void LogNotAuthentic(string sha256);

    [LoggerMessage(3112, LogLevel.Warning, "The artifact cache can't be written ({Reason}); sha256:{Sha256} is compiled into a temporary directory. Free space in the data directory")]
    private partial void LogFallback(string sha256, string reason);

    [LoggerMessage(3113, LogLevel.Warning, "{Directory} could not be deleted: {Reason}")]
    private partial void LogNotDeleted(string directory, string reason);
}
