using Platform.Contracts.Logs;

namespace Platform.Contracts.Tests.Logs;

public class WaitingRoomTests
{
    private readonly WaitingRoom<string> _room = new(3000);

    [Fact]
    public void App_Alone_HasAThird() => Assert.Equal(1000, Fill("acme", "web"));

    [Fact]
    public void Tenant_OfManyApps_HasLessThanHalf()
    {
        var taken = Enumerable.Range(0, 100).Sum(app => Fill("acme", $"{app}"));
        Assert.InRange(taken, 1400, 1500);
        Assert.InRange(Fill("other", "web"), 500, 800);
    }

    [Fact]
    public void App_OfATenantWhoseOtherFillsIt_StillFindsRoom()
    {
        Fill("acme", "web");
        Assert.InRange(Fill("acme", "api"), 300, 350);
    }

    [Fact]
    public void Tenants_HoweverManyFillIt_LeaveRoomForTheNext()
    {
        var all = 0;
        for (var i = 0; i < 50; i++)
        {
            var taken = Fill($"t{i}", "web");
            Assert.True(i > 10 || taken > 0, $"{i}");
            all += taken;
        }

        Assert.InRange(all, 2900, 3000);
    }

    [Fact]
    public void Freed_IsThereAgain()
    {
        for (var i = 0; i < 3; i++)
        {
            var taken = Fill("acme", "web");
            Assert.Equal(1000, taken);
            for (var one = 0; one < taken; one++)
            {
                _room.Free("acme", "web", 1);
            }
        }
    }

    [Fact]
    public void MoreThanAllAtOnce_IsRefusedAndTakesNothing()
    {
        Assert.False(_room.TryTake("acme", "web", long.MaxValue / 4));
        Assert.Equal(1000, Fill("acme", "web"));
    }

    private int Fill(string tenant, string app)
    {
        var taken = 0;
        while (_room.TryTake(tenant, app, 1))
        {
            taken++;
        }

        return taken;
    }
}
