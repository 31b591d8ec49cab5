using System.Collections.Immutable;
using Platform.Contracts.Snapshots;
using Platform.Control.Snapshots;

namespace Platform.Control.Tests.Workers;

public class SnapshotHistoryTests
{
    private static readonly PlatformSnapshot Now = new(20_020, ImmutableDictionary<AppKey, AppSnapshot>.Empty);

    [Fact]
    public void Since_ARevisionThatIsKnown_HasWhatChangedAfterIt()
    {
        var history = new SnapshotHistory();
        history.Restart(10);
        history.Add(11, new AppKey("acme", "old"));
        history.Add(12, new AppKey("acme", "app"));
        history.Add(13, new AppKey("acme", ""));
        history.Add(14, new AppKey("", ""));

        var delta = history.Since(11, Now)!;

        Assert.Equal([new AppKey("acme", "app")], delta.Apps);
        Assert.Equal(["acme"], delta.Tenants);
        Assert.True(delta.Domains);
        Assert.Empty(history.Since(14, Now)!.Apps);
        Assert.False(history.Since(14, Now)!.Domains);
    }

    [Fact]
    public void Since_BeforeWhatIsKnown_IsNothing_SoThatAllIsTaken()
    {
        var history = new SnapshotHistory();
        history.Restart(10);
        Assert.Null(history.Since(9, Now));
        Assert.NotNull(history.Since(10, Now));

        // Bounded: the oldest changes go.
        for (var revision = 11; revision <= 10_020; revision++)
        {
            history.Add(revision, new AppKey("acme", "app"));
        }

        Assert.Null(history.Since(19, Now));
        Assert.NotNull(history.Since(20, Now));
        history.Restart(30_000);
        Assert.Null(history.Since(29_999, Now));
    }
}
