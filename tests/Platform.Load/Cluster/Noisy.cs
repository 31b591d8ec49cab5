using System.Diagnostics;

namespace Platform.Load.Cluster;

/// <summary>D3 across nodes: a neighbour at a constant rate, alone and beside a tenant that has its guests spin on all workers, as many at once as it can.</summary>
internal static class Noisy
{
    private const int Rate = 20;

    // What is asked before either is measured, at most: code that runs for the first time is compiled.
    private static readonly TimeSpan Warmth = TimeSpan.FromSeconds(3);

    /// <summary>SECONDS CLIENTS SPINNING-MODULE: fails when the neighbour gets a wrong answer.</summary>
    public static async Task<int> RunAsync(ClusterCommand cluster, string[] args)
    {
        var (duration, noisy) = (TimeSpan.FromSeconds(int.Parse(args[0], null)), int.Parse(args[1], null));
        var warmth = duration < Warmth ? duration : Warmth;
        var quiet = await cluster.CreateTenantAsync($"quiet-{Environment.ProcessId}", 8);
        using var spinning = await ClusterCommand.OpenAsync(string.Join(',', cluster.Urls), args[3], args[2]);
        var loud = await spinning.CreateTenantAsync($"loud-{Environment.ProcessId}", 12);

        await cluster.AskAsync(quiet, Rate, warmth, TextWriter.Null);
        Console.WriteLine("alone:");
        var alone = await cluster.AskAsync(quiet, Rate, duration, Console.Out);
        using var stop = new CancellationTokenSource();
        var answers = new long[6];
        var clients = Enumerable.Range(0, noisy).Select(client => Task.Run(async () =>
        {
            for (var i = client; !stop.IsCancellationRequested; i++)
            {
                using var answer = await spinning.Gateways.SendAsync(() => Gateways.ToApp(ClusterCommand.HostOf(loud, loud.Apps[i % loud.Apps.Count]), "/loop"));
                Interlocked.Increment(ref answers[(int)answer.StatusCode / 100]);
            }
        })).ToList();
        var since = Stopwatch.GetTimestamp();
        Console.WriteLine($"beside {noisy} clients whose guests spin until their fuel is used up:");
        await cluster.AskAsync(quiet, Rate, warmth, TextWriter.Null);
        var beside = await cluster.AskAsync(quiet, Rate, duration, Console.Out);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Console.WriteLine($"the noisy tenant had {answers.Sum() / Stopwatch.GetElapsedTime(since).TotalSeconds:F1} answers a second: {answers[4]} of 4xx, {answers[5]} of 5xx (out of fuel or time, or no room)");
        Console.WriteLine($"p99 of the neighbour: {alone.P99:F1} ms alone, {beside.P99:F1} ms beside it, {beside.P99 / alone.P99:F1} times");
        return alone.Failed + beside.Failed == 0 && answers[5] > 0 ? 0 : 1;
    }
}
