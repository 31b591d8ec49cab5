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
    public async Task Worker_ThatIsGone_TakesNothingFromTheOthersForLong()
    {
        var (a, b) = await StartWithHalfAsync();
        a.IsGone = true;
        b.Enter(15);
        await Eventually.HoldsAsync(
            async () =>
            {
                await ExchangeAsync();
                b.Enter(1);
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

    private Worker Start()
    {
        var worker = new Worker(_redis.ConnectionString, _time);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Two workers that each had asked for more than its half, and have no request any more.</summary>
    private async Task<(Worker A, Worker B)> StartWithHalfAsync()
    {
        Worker a = Start(), b = Start();
        a.Enter(15);
        b.Enter(15);
        await ExchangeAsync();
        a.Leave(15);
        b.Leave(15);
        await ExchangeAsync();
        return (a, b);
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

        public Worker(string connection, TimeProvider time)
        {
            _redis = new PlatformRedis(connection, "platform");
            Places = new SharedPlaces(new RedisPlaceLeases(_redis), time, NullLogger.Instance);
            _allowance = new LocalAllowance(time, null, Places);
        }

        public SharedPlaces Places { get; }

        public int Active => _lane.Active;

        public bool IsGone { get; set; }

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
}
