using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>Routes that answer by themselves (<c>static_response</c> of Spin's HTTP trigger).</summary>
public sealed class StaticResponseTests(SharedPlatform platform)
{
    private const string Routes =
        """
        [[trigger.http]]
        route = "/old"
        static_response = { status_code = 302, headers = { Location = "/new" } }

        [[trigger.http]]
        route = "/api/..."
        static_response = { status_code = 404, headers = { "content-type" = "text/plain; charset=utf-8", "x-two" = "2" }, body = "nothing näher\n" }

        [[trigger.http]]
        route = "/gone"
        static_response = { status_code = 204, body = "unsent" }

        """;

    [Fact]
    public async Task StaticResponse_BesideAComponent_AnswersOnItsRoute()
    {
        var tenant = await platform.NewTenantAsync();
        var module = await File.ReadAllBytesAsync(Repository.Guest("c-hello"));
        await tenant.DeployManifestAsync("app", Manifests.For("hello.wasm") + Routes, ("hello.wasm", module));

        using var missing = await tenant.GetAsync("app", "/api/anything?x=1");
        Assert.Equal((HttpStatusCode.NotFound, "nothing näher\n"), (missing.StatusCode, await missing.Content.ReadAsStringAsync()));
        Assert.Equal("text/plain; charset=utf-8", missing.Content.Headers.ContentType?.ToString());
        Assert.Equal("2", Assert.Single(missing.Headers.GetValues("x-two")));
        Assert.Single(missing.Headers.GetValues("platform-request-id"));

        using var head = await tenant.SendAsync("app", new HttpRequestMessage(HttpMethod.Head, "/api"));
        Assert.Equal((HttpStatusCode.NotFound, 15L), (head.StatusCode, head.Content.Headers.ContentLength));

        using var moved = await tenant.SendAsync("app", new HttpRequestMessage(HttpMethod.Post, "/old") { Content = new StringContent("ignored") });
        Assert.Equal((HttpStatusCode.Redirect, "/new"), (moved.StatusCode, moved.Headers.Location?.ToString()));

        using var gone = await tenant.GetAsync("app", "/gone");
        Assert.Equal((HttpStatusCode.NoContent, ""), (gone.StatusCode, await gone.Content.ReadAsStringAsync()));

        using var component = await tenant.GetAsync("app", "/else");
        Assert.Equal("Hello from WebAssembly\n", await component.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task StaticResponse_WithoutAnyComponent_IsAnApp()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployManifestAsync("app", $"spin_manifest_version = 2\n[application]\nname = \"moved\"\n{Routes}");
        using var moved = await tenant.GetAsync("app", "/old");
        Assert.Equal(HttpStatusCode.Redirect, moved.StatusCode);
        using var nothing = await tenant.GetAsync("app", "/else");
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }
}
