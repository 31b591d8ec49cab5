using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>A static site in the layout of Spin's file server, deployed with one command.</summary>
public sealed class StaticSiteTests(SharedPlatform platform)
{
    private const string Manifest =
        """
        spin_manifest_version = 2

        [application]
        name = "site"
        version = "1.0.0"

        [[trigger.http]]
        route = "/..."
        component = "site"

        [component.site]
        source = "spin_static_fs.wasm"
        files = [{ source = "assets", destination = "/" }]
        """;

    [Theory]
    [InlineData("tar cz -C site . | ")]
    [InlineData("tar cz --format=posix -C site . | ")]
    [InlineData("tar cz --format=gnu -C site . | ")]
    [InlineData("(cd site && python3 -m zipfile -c ../site.zip spin.toml spin_static_fs.wasm assets) && <site.zip ")]
    public async Task Site_PackedByUsualTools_DeploysWithOneCurl(string pack)
    {
        var tenant = await platform.NewTenantAsync();
        using var directory = new TemporaryDirectory();
        var assets = Directory.CreateDirectory(directory.Combine("site/assets/posts"));
        await File.WriteAllTextAsync(directory.Combine("site/spin.toml"), Manifest);
        File.Copy(Repository.Guest("c-static"), directory.Combine("site/spin_static_fs.wasm"));
        await File.WriteAllTextAsync(directory.Combine("site/assets/index.html"), "<h1>Home</h1>");
        for (var i = 0; i < 300; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(assets.FullName, $"a post with a long name {new string('x', i % 200)} {i}.txt"), $"post {i}");
        }

        var url = new Uri(platform.Server.Url, $"/v1/tenants/{tenant.Name}/apps/site/deploy");
        await using var process = ServerProcess.Start(
            "bash", ["-c", $"{pack} curl -sS --fail-with-body -H \"Authorization: Bearer $TOKEN\" -F archive=@- \"$URL\""], [new("TOKEN", tenant.Token), new("URL", url.ToString())], directory.Path);
        Assert.True(await process.WaitForExitAsync() == 0, $"{process.Output}\n{process.Errors}");

        using var home = await tenant.GetAsync("site");
        Assert.Equal("<h1>Home</h1>", await home.Content.ReadAsStringAsync());
        using var post = await tenant.GetAsync("site", $"/posts/a%20post%20with%20a%20long%20name%20{new string('x', 99)}%20299.txt");
        Assert.Equal("post 299", await post.Content.ReadAsStringAsync());
        using var nothing = await tenant.GetAsync("site", "/spin.toml");
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }
}
