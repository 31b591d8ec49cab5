using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Api;
using Platform.Dashboard.Api;
using Platform.Dashboard.Parts;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Parts;

public class ListingTests
{
    private const string First = "GET /v1/things?limit=50";
    private const string Second = "GET /v1/things?limit=50&cursor=2";

    [Fact]
    public async Task NextPage_AskedForTwiceAtOnce_IsReadOnce()
    {
        await using var context = new DashboardContext();
        var api = context.Services.GetRequiredService<PlatformApi>();
        var listing = new Listing<Thing>(static thing => thing.Name);
        context.Api.Answer(First, Things("2", "a"));
        await listing.ReadAsync(api, "/v1/things", CancellationToken.None);
        var held = context.Api.Hold(Second, Things(null, "b"));
        var more = listing.MoreAsync(api, CancellationToken.None);
        await listing.MoreAsync(api, CancellationToken.None);
        held.SetResult();
        await more;
        Assert.Equal(["a", "b"], Names(listing));
        Assert.False(listing.HasMore);
        Assert.Single(context.Api.Calls, static call => call == Second);
    }

    [Fact]
    public async Task Pages_ThatShifted_HaveAnItemOnce()
    {
        await using var context = new DashboardContext();
        var api = context.Services.GetRequiredService<PlatformApi>();
        var listing = new Listing<Thing>(static thing => thing.Name);
        context.Api.Answer(First, Things("2", "a", "b"));
        context.Api.Answer(Second, Things(null, "b", "c", "c"));
        await listing.ReadAsync(api, "/v1/things", CancellationToken.None);
        await listing.MoreAsync(api, CancellationToken.None);
        Assert.Equal(["a", "b", "c"], Names(listing));
    }

    [Fact]
    public async Task NextPage_OfAListThatWasReadAnewMeanwhile_IsLeftOut()
    {
        await using var context = new DashboardContext();
        var api = context.Services.GetRequiredService<PlatformApi>();
        var listing = new Listing<Thing>(static thing => thing.Name);
        context.Api.Answer(First, Things("2", "a"));
        await listing.ReadAsync(api, "/v1/things", CancellationToken.None);
        var held = context.Api.Hold(Second, Things(null, "b"));
        var more = listing.MoreAsync(api, CancellationToken.None);
        await context.Api.AskedAsync(Second);
        context.Api.Answer(First, Things("2", "z"));
        await listing.ReadAsync(api, "/v1/things", CancellationToken.None);
        held.SetResult();
        await more;
        Assert.Equal(["z"], Names(listing));
        Assert.True(listing.HasMore);
    }

    [Fact]
    public async Task Refused_NextPage_LeavesWhatIsThere_AndCanBeAskedForAgain()
    {
        await using var context = new DashboardContext();
        var api = context.Services.GetRequiredService<PlatformApi>();
        var listing = new Listing<Thing>(static thing => thing.Name);
        context.Api.Answer(First, Things("2", "a"));
        await listing.ReadAsync(api, "/v1/things", CancellationToken.None);
        context.Api.Answer(Second, new { title = "Not now" }, 503);
        Assert.Equal(503, (await listing.MoreAsync(api, CancellationToken.None))?.Status);
        context.Api.Answer(Second, Things(null, "b"));
        Assert.Null(await listing.MoreAsync(api, CancellationToken.None));
        Assert.Equal(["a", "b"], Names(listing));
    }

    [Fact]
    public async Task List_WithoutEnd_HasAnEndOnThePage()
    {
        await using var context = new DashboardContext();
        var api = context.Services.GetRequiredService<PlatformApi>();
        var listing = new Listing<Thing>(static thing => thing.Name, pageSize: 200);
        context.Api.Answer("GET /v1/things?limit=200", Numbered(0));
        for (var page = 1; page <= 5; page++)
        {
            context.Api.Answer($"GET /v1/things?limit=200&cursor={page * 200}", Numbered(page * 200));
        }

        await listing.ReadAsync(api, "/v1/things", CancellationToken.None);
        while (listing.HasMore)
        {
            await listing.MoreAsync(api, CancellationToken.None);
        }

        Assert.Equal(Listing.Most, listing.Items!.Count);
        Assert.True(listing.IsFull);
    }

    private static Page<Thing> Things(string? cursor, params string[] names) => new([.. names.Select(static name => new Thing(name))], cursor);

    private static Page<Thing> Numbered(int from) => Things($"{from + 200}", [.. Enumerable.Range(from, 200).Select(static number => $"{number}")]);

    private static IEnumerable<string> Names(Listing<Thing> listing) => listing.Items!.Select(static thing => thing.Name);

    private sealed record Thing(string Name);
}
