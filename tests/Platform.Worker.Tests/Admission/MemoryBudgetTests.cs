using Platform.Worker.Admission;

namespace Platform.Worker.Tests.Admission;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void Charge_UpToTheBudgetAndNoFurther()
    {
        var budget = new MemoryBudget(1000);
        Assert.True(budget.TryCharge(600));
        Assert.False(budget.TryCharge(401));
        Assert.True(budget.TryCharge(400));
        Assert.False(budget.TryCharge(1));
        Assert.False(budget.TryCharge(long.MaxValue));
        budget.Release(600);
        Assert.Equal(400, budget.Charged);
    }

    [Fact]
    public void Charge_FromManyThreads_NeverExceedsTheBudget()
    {
        var budget = new MemoryBudget(10);
        var exceeded = false;
        Parallel.For(0, 200_000, _ =>
        {
            if (budget.TryCharge(3))
            {
                exceeded |= budget.Charged > 10;
                budget.Release(3);
            }
        });
        Assert.False(exceeded);
        Assert.Equal(0, budget.Charged);
    }
}
