using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Files;

/// <summary>
/// Contents of apps' read-only files on disk: <c>files/{first 2}/{sha256}</c>, whoever they belong to, since only what a version of a worker's snapshot names is asked
/// for. A file appears there whole, flushed and with the right hash, or not at all, and is never written again. Bounded by bytes, the least recently used goes; one
/// that is open stays readable. However many ask for a content at once, it is fetched once.
/// </summary>
internal sealed partial class FileCache : ISandboxFileContents, IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Evicted between fetch and opening when the cache is smaller than what is in use.
    private const int Attempts = 3;

    private readonly ConcurrentDictionary<string, CachedFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task>> _fetching = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _accounting = new();
    private readonly string _root;
    private readonly FileFetcher _fetcher;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;
    private readonly ILogger<FileCache> _logger;

    // Under _accounting: what is in the directory, and what is being fetched into it.
    private long _bytes;

    /// <param name="dataDirectory">The node's data directory.</param>
    /// <param name="fetcher">Gets contents.</param>
    /// <param name="maxBytes">Bytes kept on disk at most.</param>
    /// <param name="time">For what was used last.</param>
    /// <param name="logger">The log.</param>
    public FileCache(string dataDirectory, FileFetcher fetcher, long maxBytes, TimeProvider time, ILogger<FileCache> logger)
    {
        _root = Path.Combine(dataDirectory, "files");
        _fetcher = fetcher;
        _maxBytes = maxBytes;
        _time = time;
        _logger = logger;
        Directory.CreateDirectory(_root, OwnerOnly);
        File.SetUnixFileMode(_root, OwnerOnly);
        Delete(Path.Combine(_root, "tmp"), isDirectory: true);
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories).Where(static file => file.Name.Length == 64))
        {
            _files[file.Name] = new CachedFile(file.Name, file.Length);
            _bytes += file.Length;
        }

        MakeRoom(0);
    }

    /// <summary>Bytes in the cache.</summary>
    public long Bytes
    {
        get
        {
            lock (_accounting)
            {
                return _bytes;
            }
        }
    }

    public Task<SafeFileHandle> OpenAsync(SandboxFile file) =>
        TryOpen(file) is { } handle ? Task.FromResult(handle) : FetchAndOpenAsync(file);

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    internal string PathOf(string sha256) => Path.Combine(_root, sha256[..2], sha256);

    private async Task<SafeFileHandle> FetchAndOpenAsync(SandboxFile file)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var fetch = _fetching.GetOrAdd(file.Sha256!, _ => new Lazy<Task>(() => Task.Run(() => MakeAvailableAsync(file))));
            await fetch.Value;
            if (TryOpen(file) is { } handle)
            {
                return handle;
            }
        }

        LogThrashing(_maxBytes);
        throw new SandboxFileException($"{file.Path} can't be read now: the node's cache of files is too small for what is in use");
    }

    // Only what is known to be right. Gone from the directory (deleted by hand): as if it had never been there.
    private SafeFileHandle? TryOpen(SandboxFile file)
    {
        if (!_files.TryGetValue(file.Sha256!, out var cached) || !cached.IsChecked)
        {
            return null;
        }

        cached.LastUsed = _time.GetTimestamp();
        try
        {
            return File.OpenHandle(PathOf(cached.Sha256), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            Forget(cached);
            return null;
        }
    }

    private async Task MakeAvailableAsync(SandboxFile file)
    {
        var sha256 = file.Sha256!;
        try
        {
            if (_files.TryGetValue(sha256, out var found))
            {
                if (found.IsChecked)
                {
                    return;
                }

                if (await FileFetcher.IsAsync(PathOf(sha256), sha256, _stopping.Token))
                {
                    if (_files.TryUpdate(sha256, new CachedFile(sha256, found.Size) { IsChecked = true, LastUsed = _time.GetTimestamp() }, found))
                    {
                        return;
                    }
                }
                else
                {
                    LogNotWhole(sha256);
                    Delete(PathOf(sha256), isDirectory: false);
                    Forget(found);
                }
            }

            MakeRoom(file.Size);
            try
            {
                await _fetcher.FetchAsync(sha256, file.Size, Path.Combine(_root, "tmp"), PathOf(sha256), _stopping.Token);
                _files[sha256] = new CachedFile(sha256, file.Size) { IsChecked = true, LastUsed = _time.GetTimestamp() };
            }
            catch
            {
                Account(-file.Size);
                throw;
            }
        }
        catch (Exception failure) when (failure is not SandboxFileException)
        {
            LogNotFetched(sha256, failure.Message);
            throw new SandboxFileException($"{file.Path} can't be read now", failure);
        }
        finally
        {
            _fetching.TryRemove(sha256, out _);
        }
    }

    private void Forget(CachedFile file)
    {
        if (_files.TryRemove(new KeyValuePair<string, CachedFile>(file.Sha256, file)))
        {
            Account(-file.Size);
        }
    }

    private void Account(long bytes)
    {
        lock (_accounting)
        {
            _bytes += bytes;
        }
    }

    // Takes the bytes, and drops what was used longest ago until all fits. A tenth more than needed, so that a full cache isn't sorted for each fetch.
    private void MakeRoom(long bytes)
    {
        lock (_accounting)
        {
            _bytes += bytes;
            if (_bytes <= _maxBytes)
            {
                return;
            }

            var wanted = _maxBytes - (_maxBytes / 10);
            foreach (var file in _files.Values.OrderBy(static file => file.LastUsed).ToList())
            {
                if (_bytes <= wanted)
                {
                    return;
                }

                if (_files.TryRemove(new KeyValuePair<string, CachedFile>(file.Sha256, file)))
                {
                    _bytes -= file.Size;
                    Delete(PathOf(file.Sha256), isDirectory: false);
                }
            }
        }
    }

    private void Delete(string path, bool isDirectory)
    {
        try
        {
            if (!isDirectory)
            {
                File.Delete(path);
            }
            else if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(path, failure.Message);
        }
    }

    [LoggerMessage(3131, LogLevel.Error, "The file sha256:{Sha256} can't be had: {Reason}. Requests that need it are answered 503; see to the store and to the space in the data directory")]
    private partial void LogNotFetched(string sha256, string reason);

    [LoggerMessage(3132, LogLevel.Error, "The cached file sha256:{Sha256} is not what was fetched; it is fetched again")]
    private partial void LogNotWhole(string sha256);

    [LoggerMessage(3133, LogLevel.Warning, "{Path} could not be deleted: {Reason}")]
    private partial void LogNotDeleted(string path, string reason);

    [LoggerMessage(3134, LogLevel.Warning, "Files are dropped from the cache before they are read: Platform:Worker:FileCacheBytes is {Bytes}, too little for what is in use")]
    private partial void LogThrashing(long bytes);
}
