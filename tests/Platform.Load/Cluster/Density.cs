using System.Diagnostics;
using HdrHistogram;

namespace Platform.Load.Cluster;

/// <summary>Many apps of many tenants: how long a deploy takes until every gateway serves it, and whether routing costs more with more apps.</summary>
internal static class Density
{
    private const int Rate = 50;

    /// <summary>TENANTS APPS DEPLOYS SECONDS: fails on a wrong answer.</summary>
    public static async Task<int> RunAsync(ClusterCommand cluster, string[] args)
    {
        var (tenants, apps, deploys, seconds) = (int.Parse(args[0], null), int.Parse(args[1], null), int.Parse(args[2], null), int.Parse(args[3], null));
        var few = await cluster.CreateTenantAsync("few", 8);
        await cluster.AskAsync(few, Rate, TimeSpan.FromSeconds(Math.Min(seconds, 10)), TextWriter.Null);
        Console.WriteLine($"requests to 8 apps, of 8 that there are, {Rate} a second:");
        var (_, failed) = await cluster.AskAsync(few, Rate, TimeSpan.FromSeconds(seconds), Console.Out);

        var since = Stopwatch.GetTimestamp();
        var population = await Population.CreateAsync(cluster.Control, tenants, apps);
        Console.WriteLine($"{tenants} tenants of {apps} apps, {population.Versions} versions deployed in {Stopwatch.GetElapsedTime(since).TotalSeconds:F0} s");
        Console.WriteLine($"requests to the same 8 apps, of {(tenants * apps) + 8}:");
        failed += (await cluster.AskAsync(few, Rate, TimeSpan.FromSeconds(seconds), Console.Out)).Failed;

        Console.WriteLine("a request to an app of each tenant:");
        var tally = new Tally();
        await Parallel.ForEachAsync(population.Tenants, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (tenant, _) =>
            await tally.CountAsync(() => cluster.Gateways.SendAsync(() => Gateways.ToApp(ClusterCommand.HostOf(tenant, tenant.Apps[^1]))), ClusterCommand.Hello));
        tally.Print(Console.Out);

        await LiveAsync(cluster, population, deploys);
        return failed + tally.Failed == 0 ? 0 : 1;
    }

    // The version's own host name tells it from the one before.
    private static async Task LiveAsync(ClusterCommand cluster, Population population, int deploys)
    {
        var times = new LongHistogram(1, 120_000_000, 3);
        for (var i = 0; i < deploys; i++)
        {
            var tenant = population.Tenants[i % population.Tenants.Count];
            var app = tenant.Apps[i % tenant.Apps.Count];
            var version = await app.DeployAsync(cluster.Control);
            var answered = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, cluster.Gateways.Count).Select(async gateway =>
            {
                while (true)
                {
                    using var answer = await cluster.Gateways.SendToAsync(gateway, () => Gateways.ToApp($"{app.Name}--v{version}--{tenant.Name}.localhost"));
                    if (answer.IsSuccessStatusCode)
                    {
                        return;
                    }
                }
            }));
            times.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(answered).TotalMicroseconds));
        }

        Console.WriteLine($"{deploys} deploys: from the answer until every gateway serves it p50 {times.GetValueAtPercentile(50) / 1000.0:F1} ms, p99 {times.GetValueAtPercentile(99) / 1000.0:F1} ms, max {times.GetMaxValue() / 1000.0:F1} ms");
    }
}
