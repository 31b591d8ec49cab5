using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Quotas;
using Platform.Contracts.Snapshots;
using Platform.Redis;
using Platform.Testing;
using Platform.Worker.Admission;
using Platform.Worker.Tests.Fakes;
using Platform.Worker.Usage;
using StackExchange.Redis;

namespace Platform.Worker.Tests.Usage;

/// <summary>Several workers and one tenant's places, by a real Redis; exchanges are made one by one.</summary>
public sealed class SharedPlacesTests : IAsyncLifetime
{
    private const int Total = 20;

    private static readonly TenantSnapshot s_tenant = new(7, new TenantQuota { Concurrency = 15, TotalConcurrency = Total }, 1);

    // Longer than a busy machine keeps a test from its next exchange.
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly List<Worker> _workers = [];
    private RedisServer _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Worker_Alone_GivesAllItMay_AlsoBeforeItHasHeard()
    {
        var worker = Start();
        Assert.Equal(15, worker.Enter(100));
        await ExchangeAsync();
        worker.Leave(15);
        Assert.Equal(15, worker.Enter(100));
    }

    [Theory, InlineData(100, 100, 100), InlineData(100, 30, 3), InlineData(1, 100, 1)]
    public async Task Workers_ThatHaveHeard_TogetherGiveTheTotal_AndNeverMore(int first, int second, int third)
    {
        Worker[] workers = [Start(), Start(), Start()];
        int[] wanted = [first, second, third];
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < workers.Length; i++)
            {
                workers[i].Enter(wanted[i] - workers[i].Active);
            }

            // From the fourth on each has heard of all; those before may be a lease each too many.
            Assert.InRange(workers.Sum(static worker => worker.Active), 1, round < 4 ? 15 + 15 + 15 : Total);
            await ExchangeAsync();
            foreach (var worker in workers)
            {
                worker.Leave((worker.Active + 1) / 2);
            }
        }

        Assert.Equal(Math.Min(Total, wanted.Sum(static one => Math.Min(one, 15))), workers.Select((worker, i) => worker.Active + worker.Enter(wanted[i] - worker.Active)).Sum());
    }

    [Fact]
    public async Task Workers_UnderTheTotal_RefuseNothing_AlsoWhenOneGrows()
    {
        Worker a = Start(), b = Start();
        for (var each = 1; each <= 9; each++)
        {
            Assert.Equal((1, 1), (a.Enter(1), b.Enter(1)));
            await ExchangeAsync();
        }
    }

    [Fact]
    public async Task Lease_OfAWorkerThatIsFull_IsTakenOnlyAsItsRequestsEnd()
    {
        Worker a = Start(), b = Start();
        a.Enter(15);
        await ExchangeAsync();
        b.Enter(1);
        await ExchangeAsync();
        b.Leave(1);
        for (var round = 0; round < 5; round++)
        {
            b.Leave(b.Active);
            b.Enter(15);
            await ExchangeAsync();
        }

        Assert.Equal((15, 5), (a.Active, b.Active));
        a.Leave(5);
        for (var round = 0; round < 3; round++)
        {
            b.Enter(15);
            await ExchangeAsync();
        }

        Assert.Equal(10, b.Active + b.Enter(15));
    }

    [Fact]
    public async Task Worker_ThatIsIdle_GivesItsLeaseBack()
    {
        var (a, b) = await StartWithHalfAsync();
        await ExchangeAsync();
        _time.Advance(PlaceShare.Kept + TimeSpan.FromSeconds(1));
        b.Enter(1);
        await ExchangeAsync();
        await ExchangeAsync();
        Assert.Equal(14, b.Enter(15));
        Assert.Equal(1, await FieldsAsync());

        // One that asks again is in among them again.
        a.Enter(1);
        await ExchangeAsync();
        Assert.Equal(2, await FieldsAsync());
    }

    [Fact]
    public async Task Worker_ThatIsGone_KeepsItsLease_ButNotForLong()
    {
        var (a, b) = await StartWithHalfAsync(RedisPlaceLeases.Kept);
        a.IsGone = true;
        Assert.Equal(10, b.Enter(15));
        await ExchangeAsync();
        Assert.Equal(0, b.Enter(5));
        await Eventually.HoldsAsync(
            async () =>
            {
                await ExchangeAsync();
                b.Enter(15);
                return b.Active == 15;
            },
            "the lease of the worker that is gone to end");
    }

    [Fact]
    public async Task Redis_Away_EachGoesOnWithItsLease_AndBackWithoutAnyItIsSharedAgain()
    {
        Worker a = Start(), b = Start();
        await SettleAsync();
        Assert.Equal((10, 10), (a.Active, b.Active));
        await _redis.DisposeAsync();
        for (var round = 0; round < 3; round++)
        {
            await ExchangeAsync();
            a.Refill();
            b.Refill();
            Assert.Equal((10, 10), (a.Active, b.Active));
        }

        _redis = await RedisServer.StartAsync(_redis.Port);
        await Eventually.HoldsAsync(
            async () =>
            {
                await ExchangeAsync();
                return await FieldsAsync() == 2;
            },
            "the workers to reach Redis again");
        await SettleAsync();
        Assert.Equal((10, 10), (a.Active, b.Active));
    }

    /// <summary>A pause doesn't let a worker that hears nothing give more than it had.</summary>
    [Fact]
    public async Task Redis_Away_AlsoAfterAPause_EachHasItsLease()
    {
        var (a, b) = await StartWithHalfAsync();
        await _redis.DisposeAsync();
        await ExchangeAsync();
        _time.Advance(PlaceShare.Kept + TimeSpan.FromSeconds(1));
        for (var round = 0; round < 3; round++)
        {
            await ExchangeAsync();
            a.Refill();
            b.Refill();
            Assert.Equal((10, 10), (a.Active, b.Active));
        }
    }

    /// <summary>Nobody may give what another still may, before that one has heard that it has less.</summary>
    [Fact]
    public async Task Lease_ThatShrinks_IsAnothersOnceItsWorkerHasHeard()
    {
        Worker a = Start(), b = Start();
        a.Enter(15);
        await ExchangeAsync();
        a.Leave(15);
        _time.Advance(PlaceShare.Kept);
        a.Enter(1);
        b.Enter(15);
        await b.Places.ExchangeAsync(CancellationToken.None);
        b.Leave(b.Active);
        b.Enter(15);

        // It was asked for one, and may still give all until it has its answer; so many come while that is on its way.
        a.Late = () => a.Enter(14);
        await a.Places.ExchangeAsync(CancellationToken.None);
        a.Late = null;
        await b.Places.ExchangeAsync(CancellationToken.None);
        b.Leave(b.Active);
        b.Enter(15);
        Assert.Equal((15, 5), (a.Active, b.Active));

        // Its next claim is of what it has heard.
        a.Leave(a.Active);
        await RoundsAsync(3, [b, a], [15, 1]);
        Assert.Equal((1, 10), (a.Active, b.Active));
    }

    /// <summary>However the parts are rounded, and whoever asks first, each that is asked has a place while there are as many.</summary>
    [Fact]
    public async Task Worker_ThatIsAskedForOne_IsNotLeftOutByThoseThatAreAskedForMore()
    {
        Worker a = Start(), b = Start(), c = Start();
        int[] wanted = [15, 15, 1, 5];
        await RoundsAsync(5, [a, b, c], wanted);
        var d = Start();
        foreach (var order in (Worker[][])[[c, b, a, d], [d, a, b, c], [a, d, c, b]])
        {
            await RoundsAsync(5, order, [.. order.Select(worker => wanted[_workers.IndexOf(worker)])]);
            Assert.All(order, static worker => Assert.InRange(worker.Active, 1, 15));
            Assert.Equal(Total, order.Sum(static worker => worker.Active));
        }
    }

    /// <summary>What comes in bursts has room for the next, though little is asked for in between.</summary>
    [Fact]
    public async Task Burst_ThatComesAgain_IsNotRefusedAgain()
    {
        Worker a = Start(), b = Start();
        for (var burst = 0; burst < 4; burst++)
        {
            var entered = a.Enter(14);
            Assert.True(burst == 0 || entered == 14, $"{entered} in burst {burst}");
            for (var round = 0; round < 9; round++)
            {
                a.Leave(a.Active);
                b.Leave(b.Active);
                a.Enter(1);
                b.Enter(1);
                await ExchangeAsync();
                _time.Advance(TenantExchange.Interval);
            }

            a.Leave(a.Active);
        }
    }

    [Fact]
    public async Task Quota_WithoutATotalAnyMore_IsTheWorkersOwn()
    {
        Worker a = Start(), b = Start();
        await SettleAsync();
        var own = new TenantSnapshot(7, new TenantQuota { Concurrency = 15 }, 2);
        a.Leave(a.Active);
        Assert.Equal(15, a.Enter(100, own));
        await ExchangeAsync();
        Assert.Equal(1, await FieldsAsync());
    }

    private Worker Start(TimeSpan? kept = null)
    {
        var worker = new Worker(_redis.ConnectionString, _time, kept ?? s_kept);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Two workers that each asked for more than its half and have that, without a request any more.</summary>
    private async Task<(Worker A, Worker B)> StartWithHalfAsync(TimeSpan? kept = null)
    {
        Worker a = Start(kept), b = Start(kept);
        await SettleAsync();
        Assert.Equal((10, 10), (a.Active, b.Active));
        a.Leave(10);
        b.Leave(10);
        return (a, b);
    }

    // In that order each has all its requests end, as many come as are wanted of it, and exchanges.
    private static async Task RoundsAsync(int rounds, Worker[] workers, int[] wanted)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < workers.Length; i++)
            {
                workers[i].Leave(workers[i].Active);
                workers[i].Enter(wanted[i]);
                await workers[i].Places.ExchangeAsync(CancellationToken.None);
            }
        }

        for (var i = 0; i < workers.Length; i++)
        {
            workers[i].Leave(workers[i].Active);
            workers[i].Enter(wanted[i]);
        }
    }

    /// <summary>Each worker asks for all it can get until the leases no longer change.</summary>
    private async Task SettleAsync()
    {
        for (var round = 0; round < 5; round++)
        {
            _workers.ForEach(static worker => worker.Refill());
            await ExchangeAsync();
        }

        _workers.ForEach(static worker => worker.Refill());
    }

    private async Task ExchangeAsync()
    {
        foreach (var worker in _workers.Where(static worker => !worker.IsGone))
        {
            await worker.Places.ExchangeAsync(CancellationToken.None);
        }
    }

    private async Task<long> FieldsAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        return await redis.GetDatabase().HashLengthAsync("platform:places:7");
    }

    private sealed class Worker : IAsyncDisposable
    {
        private readonly PlatformRedis _redis;
        private readonly TenantLane _lane = new("acme");
        private readonly LocalAllowance _allowance;

        public Worker(string connection, TimeProvider time, TimeSpan kept)
        {
            _redis = new PlatformRedis(connection, "platform");
            Places = new SharedPlaces(new LateLeases(new RedisPlaceLeases(_redis, kept), () => Late?.Invoke()), time, NullLogger.Instance);
            _allowance = new LocalAllowance(time, null, Places);
        }

        public SharedPlaces Places { get; }

        public int Active => _lane.Active;

        public bool IsGone { get; set; }

        /// <summary>What comes while an answer is on its way.</summary>
        public Action? Late { get; set; }

        /// <summary>Requests come; how many are let in.</summary>
        public int Enter(int count, TenantSnapshot? tenant = null) => Enumerable.Range(0, Math.Max(0, count)).Count(_ => _allowance.TryEnter(_lane, tenant ?? s_tenant));

        public void Leave(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _lane.Leave();
            }
        }

        /// <summary>All that run end, and as many as may come.</summary>
        public void Refill()
        {
            Leave(Active);
            Enter(100);
        }

        public async ValueTask DisposeAsync()
        {
            Places.Dispose();
            await _redis.DisposeAsync();
        }
    }

    // Its answers take a while.
    private sealed class LateLeases(IPlaceLeases leases, Action late) : IPlaceLeases
    {
        public async Task<IReadOnlyList<int>> RenewAsync(IReadOnlyList<PlaceClaim> claims, CancellationToken cancellationToken)
        {
            var places = await leases.RenewAsync(claims, cancellationToken);
            late();
            return places;
        }
    }
}
