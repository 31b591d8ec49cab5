using Microsoft.Extensions.Time.Testing;
using Platform.Gateway.Workers;

namespace Platform.Gateway.Tests.Workers;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Budget_OfRequestsThatAllFail_IsAFifthOfThem()
    {
        var budget = new RetryBudget(_time);
        Drain(budget);
        var repeats = 0;
        for (var request = 0; request < 1000; request++)
        {
            budget.Request();
            repeats += budget.TryTake() ? 1 : 0;
        }

        Assert.InRange(repeats, 199, 201);
    }

    [Fact]
    public void Budget_WithFewRequests_HasSomeASecond_AndGathersAHundredAtMost()
    {
        var budget = new RetryBudget(_time);
        Assert.Equal(100, Drain(budget));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Drain(budget));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(100, Drain(budget));
    }

    private static int Drain(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
