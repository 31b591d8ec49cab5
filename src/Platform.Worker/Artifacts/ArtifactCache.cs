using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Compiled modules on disk: <c>artifacts/{first 2}/{sha256}/{engine}/</c>. A directory appears there whole and sealed or not at all: it is made under
/// <c>artifacts/tmp</c>, flushed and renamed. One that fails its seal is deleted and compiled again. Callers make one module at a time (<see cref="ModuleCache"/>).
/// </summary>
internal sealed partial class ArtifactCache
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root;
    private readonly string _fallbackRoot;
    private readonly string _engine;
    private readonly ArtifactSeal _seal;
    private readonly ModuleFetcher _fetcher;
    private readonly IModuleCompiler _compiler;
    private readonly ILogger<ArtifactCache> _logger;

    /// <param name="dataDirectory">The node's data directory.</param>
    /// <param name="fallbackRoot">Where artifacts go when the data directory can't be written.</param>
    /// <param name="fingerprint">The engine's fingerprint.</param>
    /// <param name="fetcher">Gets modules.</param>
    /// <param name="compiler">Compiles them.</param>
    /// <param name="logger">The log.</param>
    public ArtifactCache(
        string dataDirectory, string fallbackRoot, string fingerprint, ModuleFetcher fetcher, IModuleCompiler compiler, ILogger<ArtifactCache> logger)
    {
        _root = Path.Combine(dataDirectory, "artifacts");
        _fallbackRoot = fallbackRoot;
        _engine = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)))[..32];
        _fetcher = fetcher;
        _compiler = compiler;
        _logger = logger;
        Directory.CreateDirectory(_root, OwnerOnly);
        File.SetUnixFileMode(_root, OwnerOnly);
        _seal = new ArtifactSeal(ArtifactKey.ReadOrCreate(Path.Combine(dataDirectory, "artifact.key")), fingerprint);
        DeleteLeftovers();
    }

    /// <summary>The module's artifact, compiled if need be.</summary>
    /// <exception cref="Platform.Runtime.HandlerRefusedException">The module is refused.</exception>
    /// <exception cref="ModuleUnavailableException">It can't be had now.</exception>
    public async Task<Artifact> GetAsync(string sha256, CancellationToken cancellationToken)
    {
        var home = PathOf(sha256);
        if (Directory.Exists(home))
        {
            if (_seal.IsAuthentic(home, sha256))
            {
                return new Artifact(home, IsTransient: false);
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
            var module = Path.Combine(work, $"{sha256}.wasm");
            await _fetcher.FetchAsync(sha256, module, cancellationToken);
            await _compiler.CompileAsync(module, output, cancellationToken);
            File.Delete(module);
            if (home is null)
            {
                keep = true;
                return new Artifact(output, IsTransient: true);
            }

            _seal.Write(output, sha256);
            DurableDirectory.FlushAll(output);
            var parent = Path.GetDirectoryName(home)!;
            Directory.CreateDirectory(parent, OwnerOnly);
            Directory.Move(output, home);
            DurableDirectory.FlushEntries(parent);
            return new Artifact(home, IsTransient: false);
        }
        finally
        {
            if (!keep)
            {
                Delete(work);
            }
        }
    }

    /// <summary>Ends the use of an artifact that was loaded: the mapping outlives a transient one's files.</summary>
    public void Release(Artifact artifact)
    {
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
