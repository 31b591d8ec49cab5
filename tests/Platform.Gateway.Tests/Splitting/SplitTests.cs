using System.Net;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Tests.Hosting;

namespace Platform.Gateway.Tests.Splitting;

/// <summary>Split apps over a real server.</summary>
public sealed class SplitTests : IAsyncLifetime
{
    private const string Host = "shop--acme.localhost";

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly TrafficShare[] Half = [new(2, 50), new(1, 50)];

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GatewayServer.StartAsync(seed: 7);
        _server.Snapshots.Add("acme", "shop", 2, true, "/...");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Split_NotSticky_GoesToEachAndSetsNoCookie()
    {
        _server.Snapshots.Split("acme", "shop", null, Half);

        for (var i = 0; i < 40; i++)
        {
            using var response = await _server.GetAsync(Host);
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal([1, 2], Versions().Distinct().Order());
    }

    [Fact]
    public async Task Sticky_CookieSentBack_StaysAndIsNotSetAgain()
    {
        _server.Snapshots.Split("acme", "shop", Key, Half);
        using var first = await _server.GetAsync(Host);
        var set = Assert.Single(first.Headers.GetValues("Set-Cookie"));

        for (var i = 0; i < 30; i++)
        {
            using var response = await _server.GetAsync(Host, cookie: Pair(set));
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }

        Assert.Single(Versions().Distinct());
        Assert.Matches($"^platform-version={Versions()[0]}\\.[A-Za-z0-9_-]{{22}}; path=/; samesite=lax; httponly$", set);
    }

    [Fact]
    public async Task Sticky_NewClients_AreSplit()
    {
        _server.Snapshots.Split("acme", "shop", Key, Half);

        for (var i = 0; i < 40; i++)
        {
            using var response = await _server.GetAsync(Host);
            Assert.StartsWith($"platform-version={Versions()[^1]}.", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        }

        Assert.Equal([1, 2], Versions().Distinct().Order());
    }

    [Fact]
    public async Task Sticky_VersionWithoutAShare_IsChosenAgain()
    {
        _server.Snapshots.Add("acme", "shop", 3, false, "/...");
        _server.Snapshots.Split("acme", "shop", Key, new TrafficShare(3, 99), new TrafficShare(1, 1));
        using var first = await _server.GetAsync(Host);
        var cookie = Pair(first.Headers.GetValues("Set-Cookie").Single());
        Assert.Equal(3, Versions()[^1]);
        _server.Snapshots.Split("acme", "shop", Key, Half);

        using var second = await _server.GetAsync(Host, cookie: cookie);

        Assert.NotEqual(3, Versions()[^1]);
        Assert.Single(second.Headers.GetValues("Set-Cookie"));
    }

    [Theory]
    [InlineData("platform-version=1")]
    [InlineData("platform-version=1.AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("platform-version=.AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("platform-version=99999999999.AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("platform-version")]
    public async Task Sticky_ForgedCookie_ChoosesNothing(string cookie)
    {
        _server.Snapshots.Split("acme", "shop", Key, new TrafficShare(2, 99), new TrafficShare(1, 1));

        using var response = await _server.GetAsync(Host, cookie: cookie);

        Assert.Equal(2, Versions().Single());
        Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.False(_server.Invoker.Fields.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task Sticky_CookieOfAnotherApp_ChoosesNothing()
    {
        _server.Snapshots.Add("acme", "other", 1, true, "/...");
        _server.Snapshots.Add("acme", "other", 2, true, "/...");
        _server.Snapshots.Split("acme", "other", [.. Key.Reverse()], new TrafficShare(1, 99), new TrafficShare(2, 1));
        using var other = await _server.GetAsync("other--acme.localhost");
        Assert.Equal(1, Versions()[^1]);
        _server.Snapshots.Split("acme", "shop", Key, new TrafficShare(2, 99), new TrafficShare(1, 1));

        using var response = await _server.GetAsync(Host, cookie: Pair(other.Headers.GetValues("Set-Cookie").Single()));

        Assert.Equal(2, Versions()[^1]);
    }

    [Theory]
    [InlineData("a=1; platform-version=x; b=\"2\"; c=", "a=1; b=\"2\"; c=")]
    [InlineData("platform-version=x; a=1;b=2", "a=1;b=2")]
    [InlineData("a=1; platform-version = x ", "a=1")]
    [InlineData("a=platform-version; my-platform-version=3; platform-version2=4", "a=platform-version; my-platform-version=3; platform-version2=4")]
    [InlineData("platform-version=x; platform-version=y", null)]
    public async Task Cookies_OfTheClient_ReachTheGuestWithoutThePlatforms(string sent, string? seen)
    {
        using var response = await _server.GetAsync(Host, cookie: sent);

        Assert.Equal(seen, _server.Invoker.Fields.GetValueOrDefault("Cookie"));
    }

    [Fact]
    public async Task Preview_OfASplitApp_IsItsVersionAndSetsNoCookie()
    {
        _server.Snapshots.Split("acme", "shop", Key, new TrafficShare(2, 99), new TrafficShare(1, 1));

        using var response = await _server.GetAsync("shop--v1--acme.localhost");

        Assert.Equal(1, Versions().Single());
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Sticky_StaleWorker_SetsTheOneCookieOfTheVersionThatAnswered()
    {
        _server.Snapshots.Split("acme", "shop", Key, Half);
        var answer = _server.Invoker.Answer;
        _server.Invoker.Answer = async context =>
        {
            _server.Invoker.Answer = answer;
            _server.Snapshots.Add("acme", "shop", 4, false, "/...");
            _server.Snapshots.Split("acme", "shop", Key, new TrafficShare(4, 99), new TrafficShare(1, 1));
            await Task.Yield();
            return new InvocationOutcome(InvocationStatus.Stale);
        };

        using var response = await _server.GetAsync(Host);

        Assert.Equal(4, Versions()[^1]);
        Assert.StartsWith("platform-version=4.", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sticky_GuestFailed_ErrorKeepsTheClientWithItsVersion()
    {
        _server.Snapshots.Split("acme", "shop", Key, Half);
        _server.Invoker.Answer = _ => ValueTask.FromResult(new InvocationOutcome(InvocationStatus.Trap));

        using var response = await _server.GetAsync(Host);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.StartsWith($"platform-version={Versions()[0]}.", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    private static string Pair(string setCookie) => setCookie.Split(';')[0];

    private List<int> Versions() => [.. _server.Invoker.Targets.Select(target => target.Version)];
}
