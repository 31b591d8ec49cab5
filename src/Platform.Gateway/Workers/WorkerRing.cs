using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Platform.Gateway.Workers;

/// <summary>
/// Which worker runs an app's requests: consistent hashing, so that an app stays with a worker that has its code loaded and a worker that comes or goes moves few apps, with bounded loads (Mirrokni, Thorup and
/// Zadimoghaddam, 2016), so that an app that one worker can't carry spreads to the next on the ring. Immutable; the cost of a choice doesn't depend on the number of apps.
/// </summary>
internal sealed class WorkerRing
{
    /// <summary>Points of each worker: shares then differ by some percents.</summary>
    private const int Points = 128;

    /// <summary>How much more than its part a worker may have.</summary>
    private const double Bound = 1.25;

    /// <summary>What a worker may have anyway: at small loads affinity is worth more.</summary>
    private const int FreeLoad = 8;

    private readonly ulong[] _hashes;
    private readonly WorkerState[] _owners;

    public WorkerRing(ImmutableArray<WorkerState> workers)
    {
        Workers = workers;
        var points = workers
            .SelectMany(static worker => Enumerable.Range(0, Points).Select(i => (Hash: HashOf($"{worker.Info.Id} {i}"), Worker: worker)))
            .OrderBy(static point => point.Hash)
            .ToList();
        _hashes = [.. points.Select(static point => point.Hash)];
        _owners = [.. points.Select(static point => point.Worker)];
    }

    /// <summary>No workers.</summary>
    public static WorkerRing Empty { get; } = new([]);

    /// <summary>All of them.</summary>
    public ImmutableArray<WorkerState> Workers { get; }

    /// <summary>The worker for an app's next request; null when there is none.</summary>
    /// <param name="app">The app's number.</param>
    /// <param name="tried">Workers that have been tried for this request.</param>
    public WorkerState? Choose(long app, IReadOnlyCollection<WorkerState> tried)
    {
        var (available, load) = (0, 0);
        foreach (var worker in Workers)
        {
            if (IsAvailable(worker, tried))
            {
                available++;
                load += worker.InFlight;
            }
        }

        if (available == 0)
        {
            // Better one that may be back than none at all.
            return Workers.FirstOrDefault(worker => !worker.IsDraining && !tried.Contains(worker));
        }

        var most = Math.Max(FreeLoad, (int)Math.Ceiling(Bound * (load + 1) / available));
        WorkerState? least = null;
        var start = Array.BinarySearch(_hashes, HashOf(app));
        start = start < 0 ? ~start : start;
        for (var i = 0; i < _owners.Length; i++)
        {
            var worker = _owners[(start + i) % _owners.Length];
            if (!IsAvailable(worker, tried))
            {
                continue;
            }

            if (worker.InFlight < most)
            {
                return worker;
            }

            least = least is null || worker.InFlight < least.InFlight ? worker : least;
        }

        return least;
    }

    private static bool IsAvailable(WorkerState worker, IReadOnlyCollection<WorkerState> tried) =>
        !worker.IsDraining && !worker.IsOut && (tried.Count == 0 || !tried.Contains(worker));

    private static ulong HashOf(long app)
    {
        Span<byte> bytes = stackalloc byte[20];
        app.TryFormat(bytes, out var length, provider: CultureInfo.InvariantCulture);
        return XxHash3.HashToUInt64(bytes[..length]);
    }

    private static ulong HashOf(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
}
