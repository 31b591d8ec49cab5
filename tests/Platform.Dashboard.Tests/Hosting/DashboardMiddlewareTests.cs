using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Api;
using Platform.Contracts.Http;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard.Tests.Hosting;

public class DashboardMiddlewareTests
{
    private const string Me = "GET /v1/me";

    [Fact]
    public async Task Pages_OfOneVisitor_BeyondTheMost_AreRefusedInWords_UntilOneIsClosed()
    {
        await using var context = new DashboardContext();
        var open = new Gate();
        var dashboard = Dashboard(context, open, TimeProvider.System);
        var held = Enumerable.Range(0, OpenPages.Most).Select(_ => dashboard.InvokeAsync(Connection())).ToList();
        await open.ReachedAsync(OpenPages.Most);

        var connection = Connection();
        await dashboard.InvokeAsync(connection);
        Assert.Equal(429, connection.Response.StatusCode);
        var page = Page();
        await dashboard.InvokeAsync(page);
        Assert.Equal(429, page.Response.StatusCode);
        page.Response.Body.Position = 0;
        Assert.StartsWith($"Too many pages are open: {OpenPages.Most} of yours.", await new StreamReader(page.Response.Body).ReadToEndAsync(), StringComparison.Ordinal);

        // Somebody else isn't refused for that.
        context.Api.Answer(Me, new MeResource("user:1", "Jo", "jo@example.com", false, []));
        held.Add(dashboard.InvokeAsync(Connection()));
        await open.ReachedAsync(OpenPages.Most + 1);

        open.Let();
        await Task.WhenAll(held);
        context.Api.Answer(Me, new MeResource("operator", null, null, true, []));
        await dashboard.InvokeAsync(Connection());
        Assert.Equal(OpenPages.Most + 2, open.Count);
        await dashboard.InvokeAsync(Page());
        Assert.Equal(OpenPages.Most + 3, open.Count);
    }

    [Theory]
    [InlineData("/_blazor", 400)]
    [InlineData("/_blazor/", 400)]
    [InlineData("/_Blazor//", 400)]
    [InlineData("/_blazor/negotiate", 404)]
    public async Task Circuit_ByAnotherTransportThanAWebSocket_IsRefused(string path, int status)
    {
        await using var context = new DashboardContext();
        var open = new Gate();
        var request = Connection(path, isUpgrade: false);
        await Dashboard(context, open, TimeProvider.System).InvokeAsync(request);
        Assert.Equal(status, request.Response.StatusCode);
        Assert.Equal(0, open.Count);
    }

    [Fact]
    public async Task Pages_OfAllTokensOfATenant_CountTogether()
    {
        await using var context = new DashboardContext();
        var open = new Gate();
        var dashboard = Dashboard(context, open, TimeProvider.System);
        var held = new List<Task>();
        for (var i = 0; i < OpenPages.Most; i++)
        {
            context.Api.Answer(Me, new MeResource($"token:{i}", "ci", null, false, [new MembershipResource("acme", TokenRole.Viewer)]));
            held.Add(dashboard.InvokeAsync(Connection(i % 2 == 0 ? "/_blazor" : "/_blazor/")));
            await open.ReachedAsync(i + 1);
        }

        context.Api.Answer(Me, new MeResource("token:more", "ci", null, false, [new MembershipResource("acme", TokenRole.Viewer)]));
        var more = Connection();
        await dashboard.InvokeAsync(more);
        Assert.Equal(429, more.Response.StatusCode);
        context.Api.Answer(Me, new MeResource("token:other", "ci", null, false, [new MembershipResource("other", TokenRole.Viewer)]));
        held.Add(dashboard.InvokeAsync(Connection()));
        await open.ReachedAsync(OpenPages.Most + 1);
        open.Let();
        await Task.WhenAll(held);
    }

    /// <summary>Whatever the browser does: it may not listen to what its page tells it.</summary>
    [Fact]
    public async Task Connection_WhoseSessionHasEnded_IsCut()
    {
        await using var context = new DashboardContext();
        var open = new Gate();
        var time = new FakeTimeProvider();
        var connection = Connection();
        var lifetime = new Lifetime(open.Let);
        connection.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var held = Dashboard(context, open, time).InvokeAsync(connection);
        await open.ReachedAsync(1);

        // As long as there is one, it goes on; once there is none there is a minute more.
        await LookAsync(200);
        await LookAsync(401);
        await LookAsync(200);
        await LookAsync(503);
        await LookAsync(401);
        Assert.False(lifetime.IsAborted);
        await LookAsync(401);
        await held.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(lifetime.IsAborted);

        async Task LookAsync(int status)
        {
            context.Api.Answer(Me, new { }, status);
            var before = context.Api.Calls.Count;
            time.Advance(PageConnection.LookEvery);
            await context.Api.AnsweredAsync(before + 1);
        }
    }

    private static DashboardMiddleware Dashboard(DashboardContext context, Gate open, TimeProvider time)
    {
        var api = context.Services.GetRequiredService<ApiDispatcher>();
        var pages = new OpenPages();
        var options = new DashboardOptions { Version = "1", IsOwnHost = static _ => true, IsSafeTransport = static _ => true, HasAuthority = false };
        return new DashboardMiddleware(_ => open.PassAsync(), options, api, pages, new PageConnection(pages, api, time, NullLogger<PageConnection>.Instance));
    }

    private static DefaultHttpContext Page()
    {
        var page = Request("/t/acme", DashboardMetadata.Page);
        page.Response.Body = new MemoryStream();
        return page;
    }

    private static DefaultHttpContext Connection(string path = "/_blazor", bool isUpgrade = true)
    {
        var connection = Request(path, DashboardMetadata.Circuit);
        connection.Request.Headers.Origin = "http://127.0.0.1:8080";
        connection.Features.Set<IHttpUpgradeFeature>(new Upgrade(isUpgrade));
        return connection;
    }

    private static DefaultHttpContext Request(string path, DashboardMetadata kind)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("127.0.0.1:8080");
        context.Request.Path = path;
        context.Request.Headers.Cookie = $"{SessionCookieNames.For(false)}=x";
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(kind), path));
        return context;
    }

    // What is held open.
    private sealed class Gate
    {
        private readonly TaskCompletionSource _let = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _passed = new(0);
        private int _reached;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task PassAsync()
        {
            Interlocked.Increment(ref _count);
            _passed.Release();
            return _let.Task;
        }

        public async Task ReachedAsync(int count)
        {
            for (; _reached < count; _reached++)
            {
                Assert.True(await _passed.WaitAsync(TimeSpan.FromSeconds(30)), $"{_reached} of {count} were let in");
            }
        }

        public void Let() => _let.TrySetResult();
    }

    private sealed record Upgrade(bool IsUpgradableRequest) : IHttpUpgradeFeature
    {
        public Task<Stream> UpgradeAsync() => throw new NotSupportedException();
    }

    private sealed class Lifetime(Action aborted) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort()
        {
            IsAborted = true;
            aborted();
        }
    }
}
