using System.Net;
using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor.Services;
using Platform.Contracts.Api;
using Platform.Dashboard.Api;
using Platform.Dashboard.Hosting;
using Platform.Dashboard.Layout;

namespace Platform.Dashboard.Tests.Hosting;

/// <summary>The pages without a browser, before an API that answers as a test says.</summary>
internal sealed class DashboardContext : BunitContext
{
    private static readonly MeResource Operator = new("operator", null, null, true, []);

    static DashboardContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    public DashboardContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Api.Answer("GET /v1/me", Operator);
        Api.Answer("GET /v1/tenants?limit=100", new Page<TenantResource>([], null));
        Services.AddLogging();
        Services.AddOptions();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<IHttpContextFactory>(static services => new DefaultHttpContextFactory(services));
        Services.AddSingleton(services =>
        {
            var dispatcher = new ApiDispatcher(services.GetRequiredService<IHttpContextFactory>());
            dispatcher.Take(Api.HandleAsync);
            return dispatcher;
        });
        Services.AddScoped<PlatformApi>();
        Services.AddScoped<CurrentVisitor>();
        Services.AddScoped<TenantList>();
        Services.AddSingleton<AuthenticationStateProvider, Visit>();
        Services.AddSingleton<INavigationInterception, NoInterception>();
        Services.AddSingleton<IScrollToLocationHash, NoScrolling>();
        Services.AddSingleton<IErrorBoundaryLogger>(Failures);
        Services.AddMudServices();
    }

    public FakeApi Api { get; } = new();

    /// <summary>What made a page fail.</summary>
    public PageFailures Failures { get; } = new();

    /// <summary>A browser whose answers a test holds back.</summary>
    public FakeBrowser UseBrowser()
    {
        var browser = new FakeBrowser();
        Services.AddSingleton<IJSRuntime>(browser);
        return browser;
    }

    /// <summary>Opens the dashboard at a page.</summary>
    public IRenderedComponent<Routes> Open(string path)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(path);
        return Render<Routes>();
    }

    /// <summary>Where the browser is.</summary>
    public string Address => Services.GetRequiredService<NavigationManager>().Uri;

    /// <summary>Follows a link to another page.</summary>
    public void Go(string path) => Services.GetRequiredService<NavigationManager>().NavigateTo(path);

    private sealed class Visit : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new VisitorIdentity(new Visitor("platform-session=x", "http", "127.0.0.1:8080", IPAddress.Loopback, 1, Operator)))));
    }

    private sealed class NoInterception : INavigationInterception
    {
        public Task EnableNavigationInterceptionAsync() => Task.CompletedTask;
    }

    private sealed class NoScrolling : IScrollToLocationHash
    {
        public Task RefreshScrollPositionForHash(string locationAbsolute) => Task.CompletedTask;
    }
}
