using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Platform.Cluster.Security;

namespace Platform.Cluster.Tests.Security;

public sealed class ClusterTokensTests
{
    private readonly ClusterKey _key = NewKey();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Token_OfTheSameKey_SaysWhoCallsAndAsWhat()
    {
        var caller = await Tokens(_key).ReadAsync(Tokens(_key, NodeRoles.Gateway | NodeRoles.Worker).Current);
        Assert.Equal(new InternalCaller("node", NodeRoles.Gateway | NodeRoles.Worker), caller);
        Assert.True(caller!.Is(NodeRoles.Gateway));
        Assert.False(caller.Is(NodeRoles.Control | NodeRoles.Sqlite));
    }

    [Fact]
    public async Task Token_OfAnotherKey_IsTakenOnlyWhereThatIsTheOther()
    {
        var other = NewKey();
        Assert.Null(await Tokens(_key).ReadAsync(Tokens(other).Current));
        Assert.NotNull(await Tokens(_key, other: other).ReadAsync(Tokens(other).Current));
    }

    [Theory, InlineData(""), InlineData("x"), InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZXMiOjF9.")]
    public async Task Token_ThatIsNone_IsNotTaken(string token) => Assert.Null(await Tokens(_key).ReadAsync(token));

    [Fact]
    public async Task Token_EndsAfterFifteenMinutes_AlsoOneThatWasSeen()
    {
        var (reader, token) = (Tokens(_key), Tokens(_key).Current);
        Assert.NotNull(await reader.ReadAsync(token));
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.NotNull(await reader.ReadAsync(token));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await reader.ReadAsync(token));
        Assert.Null(await Tokens(_key).ReadAsync(token));
    }

    /// <summary>C10: either's clock is stepped by ten minutes, either way.</summary>
    [Fact]
    public async Task Token_OfAClockThatWasStepped_IsTaken()
    {
        foreach (var minutes in (int[])[10, -10])
        {
            var stepped = new FakeTimeProvider(_time.GetUtcNow().AddMinutes(minutes));
            Assert.NotNull(await Tokens(_key).ReadAsync(Tokens(_key, time: stepped).Current));
            Assert.NotNull(await Tokens(_key, time: stepped).ReadAsync(Tokens(_key).Current));
        }
    }

    [Fact]
    public void Token_IsMadeAnewEachMinute_AndWhenTheClockWentBack()
    {
        var clock = new SteppedTime();
        var tokens = Tokens(_key, time: clock);
        var first = tokens.Current;
        Assert.Equal(first, tokens.Current);
        clock.Now += TimeSpan.FromMinutes(1);
        var second = tokens.Current;
        Assert.NotEqual(first, second);
        clock.Now -= TimeSpan.FromMinutes(10);
        Assert.NotEqual(second, tokens.Current);
    }

    private static ClusterKey NewKey() => new(RandomNumberGenerator.GetBytes(32));

    private ClusterTokens Tokens(ClusterKey key, NodeRoles roles = NodeRoles.Worker, ClusterKey? other = null, TimeProvider? time = null) => new(
        new ClusterOptions { NodeId = "node", Roles = roles, Key = key, OtherKey = other, ControlUrls = [], DataDirectory = "/", Version = "test" }, time ?? _time);

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
