using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Invocation;
using Platform.Contracts.Quotas;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Usage;
using Platform.Worker.Admission;
using Platform.Worker.Tests.Invocation;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Usage;

public sealed class AllowanceTests
{
    private static readonly TenantSnapshot s_limited = new(7, new TenantQuota { FuelPerMonth = 1000 }, 1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero));
    private readonly TenantLane _lane = new("acme");
    private readonly LocalAllowance _allowance;

    public AllowanceTests() => _allowance = new LocalAllowance(_time);

    /// <summary>A worker that has nobody to share with has the tenant's total for itself.</summary>
    [Theory, InlineData(5, 3, 3), InlineData(3, 5, 3), InlineData(3, null, 3)]
    public void Concurrency_OfOneWorkerAlone_IsTheLowerOfItsOwnAndTheTotal(int own, int? total, int expected)
    {
        var tenant = new TenantSnapshot(7, new TenantQuota { Concurrency = own, TotalConcurrency = total }, 1);
        Assert.Equal(expected, Enumerable.Range(0, 10).Count(_ => _allowance.TryEnter(_lane, tenant)));
        _lane.Leave();
        Assert.True(_allowance.TryEnter(_lane, tenant));
        Assert.False(_allowance.TryEnter(_lane, tenant));
    }

    [Fact]
    public void Fuel_OfTheLastReportAndSince_IsHeldToTheQuota()
    {
        Report(600);
        Assert.True(Take());
        _allowance.Used(s_limited, 399);
        Assert.True(Take());
        _allowance.Used(s_limited, 1);
        Assert.False(Take(out var refusal));
        Assert.Equal(new InvocationOutcome(InvocationStatus.FuelQuota), refusal);
    }

    [Fact]
    public void Fuel_ReportedMeanwhile_IsCountedOnce()
    {
        Report(0);
        _allowance.Used(s_limited, 300);
        _allowance.Taking();
        _allowance.Used(s_limited, 50);
        _allowance.Reported(Answer(300));
        Assert.Equal(350, _allowance.FuelOf(s_limited));

        // A report that got lost changes nothing; the one after it says what all workers have used.
        _allowance.Taking();
        _allowance.Used(s_limited, 5);
        Assert.Equal(355, _allowance.FuelOf(s_limited));
        _allowance.Reported(Answer(900));
        Assert.Equal(905, _allowance.FuelOf(s_limited));
    }

    [Fact]
    public void Fuel_OfANewMonth_BeginsAnew()
    {
        Report(1000);
        Assert.False(Take());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(Take());
    }

    [Fact]
    public void Fuel_QuotaRaisedOrLifted_IsThereAtOnce()
    {
        Report(1000);
        Assert.False(Take());
        Assert.True(_allowance.TryTake(_lane, s_limited with { Quota = new TenantQuota { FuelPerMonth = 1001 } }, false, out _));
        Assert.True(_allowance.TryTake(_lane, s_limited with { Quota = new TenantQuota() }, false, out _));
    }

    [Fact]
    public void Rate_CountsClientsRequestsNotCallsWithinAnApp()
    {
        var tenant = new TenantSnapshot(1, new TenantQuota { RequestsPerSecond = 2, Burst = 1 }, 1);
        Assert.True(_allowance.TryTake(_lane, tenant, false, out _));
        Assert.False(_allowance.TryTake(_lane, tenant, false, out var refusal));
        Assert.Equal(new InvocationOutcome(InvocationStatus.RateLimit, RetryAfterSeconds: 1), refusal);
        Assert.True(_allowance.TryTake(_lane, tenant, true, out _));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(_allowance.TryTake(_lane, tenant, false, out _));
    }

    [Fact]
    public async Task Request_OverTheRate_IsRefusedAndServedAfterWaiting()
    {
        await using var server = await InvokerServer.StartAsync(
            static request => Guest.Answer(request, "ok"), new InvokerServerOptions { Quota = new TenantQuota { RequestsPerSecond = 1, Burst = 2 }, Time = _time });
        Assert.Equal("ok", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.Equal("ok", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
        using var refused = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("RateLimit", refused.Headers.GetValues("test-outcome").Single());
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ok", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));

        var usage = server.Usage.Take(10).ToDictionary(static delta => delta.Key.Outcome, static delta => delta.Values);
        Assert.Equal(3, usage[UsageOutcome.Status2xx].Requests);
        Assert.Equal(3 * 1234, usage[UsageOutcome.Status2xx].Fuel);
        Assert.Equal(3 * 17, usage[UsageOutcome.Status2xx].CpuMicroseconds);
        Assert.Equal(3 * 23, usage[UsageOutcome.Status2xx].WallMicroseconds);
        Assert.Equal(3 * 2, usage[UsageOutcome.Status2xx].BytesOut);
        Assert.Equal(new UsageValues() with { Requests = 1 }, usage[UsageOutcome.RateLimit]);
    }

    [Fact]
    public async Task Request_OutOfTheMonthsFuel_IsRefusedAndTheLogSaysSoOnce()
    {
        await using var server = await InvokerServer.StartAsync(
            static request => Guest.Answer(request, "ok"), new InvokerServerOptions { Quota = new TenantQuota { FuelPerMonth = 2000 }, Time = _time });
        server.Allowance.Reported(Answer(0));
        for (var i = 0; i < 4; i++)
        {
            using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(i < 2, response.IsSuccessStatusCode);
            Assert.Null(response.Headers.RetryAfter);
        }

        Assert.Single(server.Logs.Records, static record => record.Text.Contains("fuel of this month", StringComparison.Ordinal));
        Assert.Equal(2, server.Usage.Take(10).Single(static delta => delta.Key.Outcome == UsageOutcome.QuotaExceeded).Values.Requests);
    }

    private void Report(long used)
    {
        _allowance.Taking();
        _allowance.Reported(Answer(used));
    }

    private UsageAnswer Answer(long used) => new(UsageTime.MonthOf(_time.GetUtcNow()), ImmutableDictionary<long, long>.Empty.Add(7, used));

    private bool Take() => Take(out _);

    private bool Take(out InvocationOutcome refusal) => _allowance.TryTake(_lane, s_limited, false, out refusal);
}
