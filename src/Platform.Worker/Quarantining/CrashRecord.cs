using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Platform.Worker.Artifacts;

namespace Platform.Worker.Quarantining;

/// <summary>
/// Which modules this worker's process ended with, over its starts. One that it ended with three times, without having run well in between, is in quarantine: it isn't run any more by this program's engine (attack C15).
/// A module has run well once it ran <see cref="ProvenRuns"/> times in one process; from then on it isn't in the journal, so that a process killed from outside (kill -9, out of memory) brings no busy module under suspicion.
/// </summary>
internal sealed partial class CrashRecord : IDisposable
{
    /// <summary>Runs in one process after which a module isn't suspected there any more.</summary>
    public const int ProvenRuns = 100;

    private const int CrashesToQuarantine = 3;
    private const string JournalName = "running";
    private const string RecordName = "crashes.json";

    private readonly string _directory;
    private readonly string _engine;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _crashes;
    private readonly FrozenSet<string> _quarantined;

    /// <summary>Reads what the process before left.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="engine">The engine's fingerprint: with another one what was recorded says nothing.</param>
    /// <param name="threads">Guest threads.</param>
    /// <param name="logger">Where the operator is told.</param>
    public CrashRecord(string directory, string engine, int threads, ILogger logger)
    {
        _directory = directory;
        _engine = engine;
        _logger = logger;
        _crashes = Read();
        var journal = Path.Combine(directory, JournalName);
        var suspects = RunJournal.Read(journal);
        foreach (var sha256 in suspects)
        {
            var times = _crashes[sha256] = _crashes.GetValueOrDefault(sha256) + 1;
            LogEndedWith(sha256, times, CrashesToQuarantine);
        }

        // Before the journal begins anew: of a start that is cut short here the crash counts once more, not once less.
        if (suspects.Count > 0)
        {
            Write();
        }

        _quarantined = _crashes.Where(static one => one.Value >= CrashesToQuarantine).Select(static one => one.Key).ToFrozenSet(StringComparer.Ordinal);
        foreach (var sha256 in _quarantined)
        {
            LogQuarantined(sha256, CrashesToQuarantine, Path.Combine(directory, RecordName));
        }

        Journal = Open(journal, threads);
    }

    /// <summary>Where runs of modules that are new to this process are noted.</summary>
    public RunJournal Journal { get; }

    /// <summary>Modules in quarantine.</summary>
    public int Count => _quarantined.Count;

    /// <summary>Whether a module isn't to be run.</summary>
    public bool IsQuarantined(string sha256) => _quarantined.Count > 0 && _quarantined.Contains(sha256);

    /// <summary>A module has run well in this process.</summary>
    public void Proven(string sha256)
    {
        lock (_gate)
        {
            if (_crashes.Remove(sha256))
            {
                Write();
            }
        }
    }

    /// <summary>The process ends as it should: nothing that still runs is to blame.</summary>
    public void EndedWell() => File.Delete(Path.Combine(_directory, JournalName));

    /// <inheritdoc/>
    public void Dispose() => Journal.Dispose();

    private RunJournal Open(string path, int threads)
    {
        try
        {
            return new RunJournal(path, threads);
        }
        catch (IOException e)
        {
            LogUnwritable(path, e.Message);
            return new RunJournal(null, threads);
        }
    }

    private Dictionary<string, int> Read()
    {
        var path = Path.Combine(_directory, RecordName);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<Content>(file) is { } content && content.Engine == _engine ? content.Crashes : [];
        }
        catch (JsonException e)
        {
            LogUnreadable(path, e.Message);
            return [];
        }
    }

    private void Write()
    {
        var path = Path.Combine(_directory, RecordName);
        try
        {
            File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(new Content(_engine, _crashes)));
            File.Move(path + ".new", path, overwrite: true);
            DurableDirectory.FlushEntries(_directory);
        }
        catch (IOException e)
        {
            LogUnwritable(path, e.Message);
        }
    }

    private sealed record Content(string Engine, Dictionary<string, int> Crashes);

    [LoggerMessage(3350, LogLevel.Warning, "The process before ended while it ran module sha256:{Sha256}: {Times} of {Most} times until that is put in quarantine")]
    private partial void LogEndedWith(string sha256, int times, int most);

    [LoggerMessage(3351, LogLevel.Error, "Module sha256:{Sha256} is in quarantine: this worker ended {Times} times while it ran it. Its apps answer 500 here. Tell the engine's makers; to run it again all the same, stop this process and delete {File}")]
    private partial void LogQuarantined(string sha256, int times, string file);

    [LoggerMessage(3353, LogLevel.Warning, "{File} can't be written ({Reason}): with which modules this worker ends isn't known to the next")]
    private partial void LogUnwritable(string file, string reason);

    [LoggerMessage(3352, LogLevel.Warning, "{File} can't be read ({Reason}); what it said of modules that this worker ended with is forgotten")]
    private partial void LogUnreadable(string file, string reason);
}
