using System.Diagnostics;

namespace Platform.Load.Cluster;

/// <summary>D4: clients that send a failed request again at once, through an outage of all workers: how long after its end until all goes well again.</summary>
internal static class Storm
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    /// <summary>CLIENTS OUTAGE BACK: says "storming" once they call, waits for the files OUTAGE (it begins) and BACK (workers were started again); fails when it takes longer than a minute after BACK.</summary>
    public static async Task<int> RunAsync(ClusterCommand cluster, string[] args)
    {
        var (count, outage, back) = (int.Parse(args[0], null), args[1], args[2]);
        var tenant = await cluster.CreateTenantAsync($"storm-{Environment.ProcessId}", 8);
        using var stop = new CancellationTokenSource();
        var (well, failed) = (0L, 0L);
        var clients = Enumerable.Range(0, count).Select(client => Task.Run(async () =>
        {
            for (var i = client; !stop.IsCancellationRequested; i++)
            {
                var one = new Tally();
                var isWell = await one.CountAsync(
                    () => cluster.Gateways.SendAsync(() => Gateways.ToApp(ClusterCommand.HostOf(tenant, tenant.Apps[i % tenant.Apps.Count]))), ClusterCommand.Hello);
                Interlocked.Increment(ref isWell ? ref well : ref failed);
            }
        })).ToList();

        await Until(() => Volatile.Read(ref well) > count * 10);
        Console.WriteLine("storming");
        await Until(() => File.Exists(outage));
        await Until(() => File.Exists(back));
        var during = Volatile.Read(ref failed);
        var since = Stopwatch.GetTimestamp();
        for (; ; )
        {
            var (wellBefore, failedBefore) = (Volatile.Read(ref well), Volatile.Read(ref failed));
            await Task.Delay(Window);
            if (Volatile.Read(ref failed) == failedBefore && Volatile.Read(ref well) > wellBefore)
            {
                break;
            }

            if (Stopwatch.GetElapsedTime(since) > Most + Window)
            {
                Console.WriteLine($"not recovered after {Most.TotalSeconds:0} s");
                return 1;
            }
        }

        Console.WriteLine($"{count} clients that try again at once: {during} requests failed in the outage; {Math.Max(0, (Stopwatch.GetElapsedTime(since) - Window).TotalSeconds):F0} s after the workers were started none failed any more");
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        return 0;
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(20);
        }
    }
}
