using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Worker.Admission;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Admission;

public sealed class GuestSchedulerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Permits_BoundWhatRunsAtOnce()
    {
        using var scheduler = Create(permits: 3, threads: 50);
        var (running, most) = (0, 0);
        var work = Enumerable.Range(0, 500).Select(i => new FakeWork(_ =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.SpinWait(200);
            Interlocked.Decrement(ref running);
        })).ToList();

        work.ForEach(item => Assert.True(scheduler.TryEnqueue(scheduler.LaneOf("acme"), item)));
        Assert.All(await Task.WhenAll(work.Select(static item => item.Ran)), Assert.True);
        Assert.InRange(most, 1, 3);
        Assert.InRange(scheduler.Threads, 1, 3);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Permit_OfAWaitingGuest_LetsOthersRun()
    {
        using var scheduler = Create(permits: 1, threads: 10);
        using var answer = new ManualResetEventSlim();
        using var waits = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var waiting = new FakeWork(thread =>
        {
            order.Enqueue("waits");
            thread.ReleasePermit();
            waits.Set();
            answer.Wait();
            thread.AcquirePermit();
            order.Enqueue("goes on");
        });
        scheduler.TryEnqueue(scheduler.LaneOf("a"), waiting);
        waits.Wait();
        var other = new FakeWork(_ => order.Enqueue("other"));
        scheduler.TryEnqueue(scheduler.LaneOf("a"), other);
        Assert.True(await other.Ran);
        answer.Set();

        Assert.True(await waiting.Ran);
        Assert.Equal(["waits", "other", "goes on"], order);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Permits_WithGuestsThatWaitAgainAndAgain_NeverExceedTheirNumberAndNothingIsLost()
    {
        using var scheduler = Create(permits: 2, threads: 16, queue: 10_000);
        var (running, most, ended) = (0, 0, 0);
        void Enter() => InterlockedMax(ref most, Interlocked.Increment(ref running));
        var work = Enumerable.Range(0, 4000).Select(i => new FakeWork(thread =>
        {
            Enter();
            for (var turn = 0; turn < i % 4; turn++)
            {
                Interlocked.Decrement(ref running);
                if (i % 3 == 0)
                {
                    thread.YieldPermit(TimeSpan.Zero);
                }
                else
                {
                    thread.ReleasePermit();
                    Thread.Yield();
                    thread.AcquirePermit();
                }

                Enter();
            }

            Interlocked.Increment(ref ended);
            Interlocked.Decrement(ref running);
        })).ToList();
        Parallel.For(0, work.Count, i => Assert.True(scheduler.TryEnqueue(scheduler.LaneOf($"tenant {i % 7}"), work[i])));

        Assert.All(await Task.WhenAll(work.Select(static item => item.Ran)), Assert.True);
        Assert.Equal(4000, ended);
        Assert.InRange(most, 1, 2);
        Assert.InRange(scheduler.Threads, 1, 16);
        await Eventually.HoldsAsync(() => scheduler.Running == 0, "all threads are idle");
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Turns_GoRoundTheTenants_HoweverMuchOneHasQueued()
    {
        using var scheduler = Create(permits: 1, threads: 4);
        using var gate = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var work = new List<FakeWork> { new(_ => gate.Wait()) };
        scheduler.TryEnqueue(scheduler.LaneOf("first"), work[0]);
        foreach (var tenant in (string[])["noisy", "noisy", "noisy", "noisy", "b", "b", "c"])
        {
            var item = new FakeWork(_ => order.Enqueue(tenant));
            work.Add(item);
            scheduler.TryEnqueue(scheduler.LaneOf(tenant), item);
        }

        gate.Set();
        await Task.WhenAll(work.Select(static item => item.Ran));
        Assert.Equal(["noisy", "b", "c", "noisy", "b", "noisy", "noisy"], order);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Yield_LetsANeighbourRunBeforeASpinningGuestEnds()
    {
        using var scheduler = Create(permits: 1, threads: 4);
        using var started = new ManualResetEventSlim();
        var neighbourRan = false;
        var spinning = new FakeWork(thread =>
        {
            started.Set();
            var began = Stopwatch.GetTimestamp();
            while (!Volatile.Read(ref neighbourRan))
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "the neighbour got no turn");
                thread.YieldPermit(TimeSpan.Zero);
            }
        });
        scheduler.TryEnqueue(scheduler.LaneOf("spinner"), spinning);
        started.Wait();
        scheduler.TryEnqueue(scheduler.LaneOf("neighbour"), new FakeWork(_ => Volatile.Write(ref neighbourRan, true)));

        Assert.True(await spinning.Ran);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Guest_ThatIsLong_LetsShortOnesRunBesideIt_AtALowerPriority_AndItsThreadEndsWithIt()
    {
        using var scheduler = Create(permits: 1, threads: 2);
        using var begun = new ManualResetEventSlim();
        using var waits = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var longs = new FakeWork(thread =>
        {
            Assert.Equal(0, Nice());
            begun.Set();
            waits.Wait();
            thread.YieldPermit(GuestScheduler.LongAfter);
            Assert.Equal(10, Nice());
            gate.Wait();
        });
        scheduler.TryEnqueue(scheduler.LaneOf("long"), longs);
        begun.Wait();

        // Its thread is asked for by the long guest's, whose priority it doesn't have.
        var neighbour = new FakeWork(static _ => Assert.Equal(0, Nice()));
        scheduler.TryEnqueue(scheduler.LaneOf("neighbour"), neighbour);
        Assert.Equal(1, scheduler.Queued);
        waits.Set();
        Assert.True(await neighbour.Ran);
        await Eventually.HoldsAsync(() => scheduler.Running == 1, "the neighbour has ended");

        gate.Set();
        Assert.True(await longs.Ran);
        await Eventually.HoldsAsync(() => scheduler.Threads == 1, "the long guest's thread is gone");
        for (var i = 0; i < 3; i++)
        {
            var numbers = new FakeWork(thread =>
            {
                Assert.InRange(thread.Number, 0, 1);
                thread.YieldPermit(GuestScheduler.LongAfter);
            });
            scheduler.TryEnqueue(scheduler.LaneOf("long"), numbers);
            Assert.True(await numbers.Ran);
        }

        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Guests_LongOrShort_HaveTheirPermitsEach_AndNothingIsLost()
    {
        using var scheduler = Create(permits: 2, threads: 12, queue: 10_000);
        int[] running = [0, 0], most = [0, 0];
        var work = Enumerable.Range(0, 1000).Select(i => new FakeWork(thread =>
        {
            void Enter(int sort) => InterlockedMax(ref most[sort], Interlocked.Increment(ref running[sort]));
            Enter(0);
            Interlocked.Decrement(ref running[0]);
            var sort = i % 5 == 0 ? 1 : 0;
            thread.YieldPermit(sort == 1 ? GuestScheduler.LongAfter : TimeSpan.Zero);
            for (var turn = 0; turn < i % 4; turn++)
            {
                Enter(sort);
                Interlocked.Decrement(ref running[sort]);
                thread.ReleasePermit();
                Thread.Yield();
                thread.AcquirePermit();
                Enter(sort);
                Interlocked.Decrement(ref running[sort]);
                thread.YieldPermit(TimeSpan.FromSeconds(sort));
            }

            Enter(sort);
            Interlocked.Decrement(ref running[sort]);
        })).ToList();
        Parallel.For(0, work.Count, i => Assert.True(scheduler.TryEnqueue(scheduler.LaneOf($"tenant {i % 7}"), work[i])));

        Assert.All(await Task.WhenAll(work.Select(static item => item.Ran)), Assert.True);
        Assert.All(most, static count => Assert.InRange(count, 1, 2));
        await Eventually.HoldsAsync(() => scheduler.Running == 0 && scheduler.Threads <= 12, "all threads are idle or gone");
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Threads_AllWaiting_NewWorkIsQueuedThoughPermitsAreFree()
    {
        using var scheduler = Create(permits: 2, threads: 2);
        using var answer = new ManualResetEventSlim();
        using var waits = new CountdownEvent(2);
        var waiting = Enumerable.Range(0, 2).Select(_ => new FakeWork(thread =>
        {
            thread.ReleasePermit();
            waits.Signal();
            answer.Wait();
            thread.AcquirePermit();
        })).ToList();
        waiting.ForEach(item => scheduler.TryEnqueue(scheduler.LaneOf("a"), item));
        waits.Wait();
        var late = new FakeWork(static _ => { });
        Assert.True(scheduler.TryEnqueue(scheduler.LaneOf("b"), late));
        Assert.Equal(1, scheduler.Queued);

        answer.Set();
        Assert.True(await late.Ran);
        await Task.WhenAll(waiting.Select(static item => item.Ran));
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Threads_TheLastEighthOfThem_AreForTenantsWithNone()
    {
        using var scheduler = Create(permits: 4, threads: 16);
        using var answer = new ManualResetEventSlim();
        FakeWork Waits(string tenant)
        {
            var item = new FakeWork(thread =>
            {
                thread.ReleasePermit();
                answer.Wait();
                thread.AcquirePermit();
            });
            Assert.True(scheduler.TryEnqueue(scheduler.LaneOf(tenant), item));
            return item;
        }

        var noisy = Enumerable.Range(0, 20).Select(_ => Waits("noisy")).ToList();
        await Eventually.HoldsAsync(() => scheduler.Running == 14, "a tenant has all but an eighth of the threads");
        Assert.Equal(6, scheduler.Queued);

        var quiet = new List<FakeWork> { Waits("a"), Waits("a"), Waits("b") };
        await Eventually.HoldsAsync(() => scheduler.Running == 16, "each other tenant has one of the rest");
        Assert.Equal(7, scheduler.Queued);

        answer.Set();
        Assert.All(await Task.WhenAll([.. noisy.Select(static item => item.Ran), .. quiet.Select(static item => item.Ran)]), Assert.True);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Threads_WithTenantsThatHoldThemAll_NothingThatMayRunIsLeftWaiting()
    {
        using var scheduler = Create(permits: 3, threads: 8, queue: 10_000);
        var work = Enumerable.Range(0, 2000).Select(i => new FakeWork(thread =>
        {
            thread.ReleasePermit();
            Thread.Yield();
            thread.AcquirePermit();
            thread.YieldPermit(i % 9 == 0 ? GuestScheduler.LongAfter : TimeSpan.Zero);
        })).ToList();
        Parallel.For(0, work.Count, i => Assert.True(scheduler.TryEnqueue(scheduler.LaneOf($"tenant {i % 3}"), work[i])));

        Assert.All(await Task.WhenAll(work.Select(static item => item.Ran)), Assert.True);
        await Eventually.HoldsAsync(() => scheduler.Running == 0, "all threads are idle or gone");
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Queue_Full_RefusesMore()
    {
        using var scheduler = Create(permits: 1, threads: 1, queue: 2);
        using var gate = new ManualResetEventSlim();
        var work = Enumerable.Range(0, 4).Select(_ => new FakeWork(_ => gate.Wait())).ToList();
        Assert.Equal([true, true, true, false], work.Select(item => scheduler.TryEnqueue(scheduler.LaneOf("a"), item)));
        gate.Set();
        Assert.All(await Task.WhenAll(work.Take(3).Select(static item => item.Ran)), Assert.True);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Queue_PastItsDeadline_DropsWhatIsTooOldOnly()
    {
        using var scheduler = Create(permits: 1, threads: 1);
        using var gate = new ManualResetEventSlim();
        var running = new FakeWork(_ => gate.Wait());
        var old = new FakeWork(static _ => { });
        var young = new FakeWork(static _ => { });
        scheduler.TryEnqueue(scheduler.LaneOf("a"), running);
        scheduler.TryEnqueue(scheduler.LaneOf("b"), old);
        _time.Advance(TimeSpan.FromSeconds(6));
        scheduler.TryEnqueue(scheduler.LaneOf("b"), young);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.False(await old.Ran);
        Assert.Equal(1, scheduler.Queued);
        gate.Set();
        Assert.True(await young.Ran);
        Assert.True(await running.Ran);
        await StopAsync(scheduler);
    }

    [Fact]
    public async Task Stop_LetsRunningWorkEndAndJoinsTheThreads()
    {
        using var scheduler = Create(permits: 2, threads: 8);
        using var gate = new ManualResetEventSlim();
        Thread? thread = null;
        var running = new FakeWork(_ =>
        {
            thread = Thread.CurrentThread;
            Assert.True(thread.IsBackground);
            gate.Wait();
        });
        scheduler.TryEnqueue(scheduler.LaneOf("a"), running);
        var stop = scheduler.DrainAsync(TimeSpan.FromMinutes(1));

        Assert.False(stop.IsCompleted);
        Assert.False(scheduler.TryEnqueue(scheduler.LaneOf("a"), new FakeWork(static _ => { })));
        gate.Set();
        Assert.True(await stop);
        Assert.True(await running.Ran);
        scheduler.JoinThreads();
        Assert.False(thread!.IsAlive);
        Assert.Matches("^guest-[0-9]+$", thread.Name);
    }

    [Fact]
    public async Task Stop_PastTheDrainTime_SaysSoAndAborts()
    {
        using var scheduler = Create(permits: 1, threads: 1);
        using var gate = new ManualResetEventSlim();
        var running = new FakeWork(_ => gate.Wait());
        var queued = new FakeWork(static _ => { });
        scheduler.TryEnqueue(scheduler.LaneOf("a"), running);
        scheduler.TryEnqueue(scheduler.LaneOf("a"), queued);
        var stop = scheduler.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.False(await queued.Ran);
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.False(await stop);
        await Eventually.HoldsAsync(
            () =>
            {
                scheduler.AbortAll();
                return running.WasAborted;
            },
            "the running work is asked to end");
        gate.Set();
        Assert.True(await scheduler.DrainAsync(TimeSpan.FromMinutes(1)));
        scheduler.JoinThreads();
    }

    [Fact]
    public async Task Stack_OfAGuestThread_HoldsMoreThanTwoMebibytes()
    {
        using var scheduler = Create(permits: 1, threads: 1);
        var work = new FakeWork(static _ => Assert.Equal(3 << 20, Deepen(3 << 10)));
        scheduler.TryEnqueue(scheduler.LaneOf("a"), work);
        Assert.True(await work.Ran);
        await StopAsync(scheduler);
    }

    [Fact]
    public void Lane_OverItsLimit_RefusesUntilOneLeaves()
    {
        var lane = new TenantLane("acme");
        Assert.True(lane.TryEnter(2));
        Assert.True(lane.TryEnter(2));
        Assert.False(lane.TryEnter(2));
        lane.Leave();
        Assert.True(lane.TryEnter(2));
        Assert.Equal(2, lane.Active);
    }

    // Of the calling thread (proc_pid_stat(5), field 19; the name before it may hold blanks).
    private static int Nice()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    private static int Deepen(int frames)
    {
        Span<byte> page = stackalloc byte[1024];
        page.Fill((byte)frames);
        return frames == 0 ? 0 : page.Length + Deepen(frames - 1) + (page[7] == (byte)frames ? 0 : 1);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private GuestScheduler Create(int permits, int threads, int queue = 1000) =>
        new(permits, threads, queue, TimeSpan.FromSeconds(10), _time, NullLogger<GuestScheduler>.Instance);

    private static async Task StopAsync(GuestScheduler scheduler)
    {
        Assert.True(await scheduler.DrainAsync(TimeSpan.FromMinutes(1)));
        scheduler.JoinThreads();
        Assert.Equal(0, scheduler.Threads);
    }
}
