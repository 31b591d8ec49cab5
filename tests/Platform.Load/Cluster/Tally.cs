using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Load.Cluster;

/// <summary>What came of requests: how many went well, and of the others when and why.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(TimeSpan At, string What)> _first = [];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private long _well;
    private long _failed;

    public long Failed => Volatile.Read(ref _failed);

    public long All => Volatile.Read(ref _well) + Failed;

    /// <summary>Percent of requests that went well.</summary>
    public double Availability => All == 0 ? 0 : 100.0 * Volatile.Read(ref _well) / All;

    /// <summary>Sends one and counts it: well is a 200 with the body that has to be there.</summary>
    public async Task<bool> CountAsync(Func<Task<HttpResponseMessage>> send, string? body = null)
    {
        try
        {
            using var answer = await send();
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode && (body is null || text == body))
            {
                Interlocked.Increment(ref _well);
                return true;
            }

            Fail($"{(int)answer.StatusCode} {(text.Length > 200 ? text[..200] : text)}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            Fail($"{e.GetType().Name}: {e.Message}");
        }

        return false;
    }

    /// <summary>A row for each kind of failure, and when the first of all were.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine($"{All} requests, {Failed} failed: {Availability:F4} % available");
        foreach (var (what, count) in _failures.OrderByDescending(static pair => pair.Value).Take(10))
        {
            output.WriteLine($"  {count} times {what}");
        }

        foreach (var (at, what) in _first)
        {
            output.WriteLine($"  after {at.TotalSeconds:F1} s: {what}");
        }
    }

    private void Fail(string what)
    {
        Interlocked.Increment(ref _failed);

        // Without what is another's each time.
        var kind = what.Split("\"platform-request-id\"")[0];
        _failures.AddOrUpdate(kind, 1, static (_, count) => count + 1);
        if (_first.Count < 10)
        {
            _first.Enqueue((Stopwatch.GetElapsedTime(_begun), kind));
        }
    }
}
