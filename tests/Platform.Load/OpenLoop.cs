using System.Collections.Concurrent;
using System.Diagnostics;
using HdrHistogram;

namespace Platform.Load;

/// <summary>
/// Begins requests at a constant rate, whether those before have their answers or not, and counts the time from when each was to begin: a server that stands still makes all wait that
/// were due meanwhile, and is not spared them (no coordinated omission).
/// </summary>
internal sealed class OpenLoop : IDisposable
{
    private const string All = "all";
    private const int MicrosecondsOfAMillisecond = 1000;

    private readonly ConcurrentDictionary<string, LongConcurrentHistogram> _times = [];
    private readonly ConcurrentQueue<Exception> _failures = [];
    private readonly LongConcurrentHistogram _late = Histogram();
    private readonly CountdownEvent _running = new(1);
    private int _atOnce;

    public async Task RunAsync(Func<(string Kind, Func<Task> Send)> next, int rate, TimeSpan duration, Func<bool>? isOver = null)
    {
        var begun = Stopwatch.GetTimestamp();
        var count = (long)(rate * duration.TotalSeconds);
        for (long i = 0; i < count && (i % rate != 0 || isOver?.Invoke() != true); i++)
        {
            var due = begun + (long)(i * (double)Stopwatch.Frequency / rate);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }

            Record(_late, due);
            var (kind, send) = next();
            _running.AddCount();
            _atOnce = Math.Max(_atOnce, _running.CurrentCount - 1);
            _ = RunAsync(kind, send, due);
        }

        _running.Signal();
        await Task.Run(_running.Wait);
    }

    /// <summary>A percentile of a kind's times, milliseconds.</summary>
    public double Percentile(string kind, double percentile) => _times[kind].GetValueAtPercentile(percentile) / (double)MicrosecondsOfAMillisecond;

    /// <summary>A row for each kind, times in milliseconds.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine("| request | count | p50 | p90 | p99 | p99.9 | max |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (kind, times) in _times.OrderBy(static pair => pair.Key == All).ThenBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"| {kind} | {times.TotalCount} | {Milliseconds(times, 50)} | {Milliseconds(times, 90)} | {Milliseconds(times, 99)} | {Milliseconds(times, 99.9)} | {Milliseconds(times, 100)} |");
        }

        output.WriteLine();
        output.WriteLine($"{_failures.Count} wrong answers; at most {_atOnce} requests at once; requests began p50 {Milliseconds(_late, 50)} ms, p99 {Milliseconds(_late, 99)} ms late, which is in their times.");
    }

    /// <exception cref="WrongAnswerException">Some requests weren't answered as they had to be.</exception>
    public void ThrowIfAnyFailed()
    {
        if (!_failures.IsEmpty)
        {
            throw new WrongAnswerException($"{_failures.Count} wrong answers, among them:\n{string.Join('\n', _failures.Take(5))}");
        }
    }

    public void Dispose() => _running.Dispose();

    private async Task RunAsync(string kind, Func<Task> send, long due)
    {
        try
        {
            await send();
        }
        catch (Exception failure)
        {
            _failures.Enqueue(failure);
        }
        finally
        {
            Record(_times.GetOrAdd(kind, static _ => Histogram()), due);
            Record(_times.GetOrAdd(All, static _ => Histogram()), due);
            _running.Signal();
        }
    }

    private static void Record(LongConcurrentHistogram histogram, long due) => histogram.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(due).TotalMicroseconds));

    private static string Milliseconds(LongConcurrentHistogram histogram, double percentile) => $"{histogram.GetValueAtPercentile(percentile) / (double)MicrosecondsOfAMillisecond:F1}";

    // A microsecond to two minutes, three digits.
    private static LongConcurrentHistogram Histogram() => new(1, 120_000_000, 3);
}
