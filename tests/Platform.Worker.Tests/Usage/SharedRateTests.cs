using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Quotas;
using Platform.Contracts.Snapshots;
using Platform.Worker.Admission;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Usage;

/// <summary>Several workers and one tenant's rate, over simulated time.</summary>
public sealed class SharedRateTests
{
    private const long Rate = 100, Burst = 50;

    private static readonly TenantSnapshot s_tenant = new(7, new TenantQuota { RequestsPerSecond = Rate, Burst = Burst }, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly Counters _counters = new();

    [Fact]
    public async Task Worker_Alone_GivesExactlyTheRate()
    {
        using var worker = Start();
        Assert.Equal(Burst + (10 * Rate), await DemandAsync(TimeSpan.FromSeconds(10), (worker, 1000)), 1.0);
    }

    // Until it has heard of the others, a worker gives the whole rate.
    private static readonly double s_unheard = 2 * Rate * TenantExchange.Interval.TotalSeconds;

    [Theory, InlineData(1000, 1000, 1000), InlineData(1000, 200, 60), InlineData(40, 40, 40), InlineData(2000, 0, 0)]
    public async Task Workers_Together_GiveTheRate_AndAtMostABurstEachBeyondIt(int first, int second, int third)
    {
        using Worker a = Start(), b = Start(), c = Start();
        const int Seconds = 30;
        var given = await DemandAsync(TimeSpan.FromSeconds(Seconds), (a, first), (b, second), (c, third));
        Assert.InRange(given, Rate * Seconds, (Rate * Seconds) + (3 * (Burst + s_unheard)));
    }

    [Fact]
    public async Task Workers_UnderTheRate_RefuseNothing()
    {
        using Worker a = Start(), b = Start(), c = Start();
        Assert.Equal(90 * 20, await DemandAsync(TimeSpan.FromSeconds(20), (a, 30), (b, 30), (c, 30)));
    }

    [Fact]
    public async Task Worker_ThatTakesOverFromAnother_RefusesNothingUnderTheRate()
    {
        using Worker a = Start(), b = Start();
        await DemandAsync(TimeSpan.FromSeconds(1), (a, 40), (b, 40));
        await DemandAsync(TimeSpan.FromMinutes(10), (a, 40));
        Assert.Equal(20 * 40, await DemandAsync(TimeSpan.FromSeconds(20), (b, 40)));
    }

    [Fact]
    public async Task Counters_Away_EachGoesOnWithItsLastPart()
    {
        using Worker a = Start(), b = Start();
        await DemandAsync(TimeSpan.FromSeconds(20), (a, 1000), (b, 1000));
        _counters.AreAway = true;
        await DemandAsync(TimeSpan.FromSeconds(1), (a, 1000), (b, 1000));

        Assert.InRange(await DemandAsync(TimeSpan.FromSeconds(20), (a, 1000), (b, 1000)), 20 * Rate * 0.9, 20 * Rate * 1.1);

        // And back, after all of them were lost.
        _counters.AreAway = false;
        _counters.Sums.Clear();
        await DemandAsync(TimeSpan.FromSeconds(1), (a, 1000), (b, 1000));
        Assert.InRange(await DemandAsync(TimeSpan.FromSeconds(20), (a, 1000), (b, 1000)), 20 * Rate * 0.95, (20 * Rate) + (2 * Burst));
    }

    [Fact]
    public async Task Counters_Flushed_NothingIsOwed()
    {
        using Worker a = Start(), b = Start();
        await DemandAsync(TimeSpan.FromSeconds(5), (a, 1000), (b, 1000));
        _counters.Sums.Clear();
        Assert.InRange(await DemandAsync(TimeSpan.FromSeconds(10), (a, 1000), (b, 1000)), 10 * Rate * 0.9, (10 * Rate) + (2 * Burst));
    }

    // Requests a second of each worker, evenly; an exchange each interval.
    private async Task<long> DemandAsync(TimeSpan duration, params (Worker Worker, int PerSecond)[] demands)
    {
        const int Steps = 20;
        var given = 0L;
        var owed = new double[demands.Length];
        for (var passed = TimeSpan.Zero; passed < duration; passed += TenantExchange.Interval)
        {
            for (var step = 0; step < Steps; step++)
            {
                _time.Advance(TenantExchange.Interval / Steps);
                for (var i = 0; i < demands.Length; i++)
                {
                    for (owed[i] += demands[i].PerSecond * TenantExchange.Interval.TotalSeconds / Steps; owed[i] >= 1; owed[i]--)
                    {
                        given += demands[i].Worker.TryTake() ? 1 : 0;
                    }
                }
            }

            foreach (var (worker, _) in demands)
            {
                await worker.Rates.ExchangeAsync(CancellationToken.None);
            }
        }

        return given;
    }

    private Worker Start() => new(_counters, _time);

    private sealed class Worker(IRateCounters counters, TimeProvider time) : IDisposable
    {
        private readonly TenantLane _lane = new("acme");
        private LocalAllowance? _allowance;

        public SharedRates Rates { get; } = new(counters, time, NullLogger.Instance);

        public bool TryTake() => (_allowance ??= new LocalAllowance(time, Rates)).TryTake(_lane, s_tenant, isInner: false, out _);

        public void Dispose() => Rates.Dispose();
    }

    private sealed class Counters : IRateCounters
    {
        public Dictionary<long, long> Sums { get; } = [];

        public bool AreAway { get; set; }

        public Task<IReadOnlyList<long>> AddAsync(IReadOnlyList<(long TenantId, long Asked)> asked, CancellationToken cancellationToken)
        {
            if (AreAway)
            {
                throw new IOException("away");
            }

            return Task.FromResult<IReadOnlyList<long>>([.. asked.Select(one => Sums[one.TenantId] = Sums.GetValueOrDefault(one.TenantId) + one.Asked)]);
        }
    }
}
