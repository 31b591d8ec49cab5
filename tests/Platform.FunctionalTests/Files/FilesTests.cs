using System.Net;
using System.Text;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Files;

/// <summary>The read-only files of an app: from its manifest to its guest.</summary>
public sealed class FilesTests(SharedPlatform platform)
{
    [Theory]
    [InlineData("c-files")]
    [InlineData("c-files-wagi")]
    public async Task Files_OfTheManifest_AreWhereItSays(string guest)
    {
        var tenant = await platform.NewTenantAsync();
        var big = new byte[2_000_000];
        for (var i = 0; i < big.Length; i++)
        {
            big[i] = (byte)('a' + (i / 3 % 25));
        }

        await DeployAsync(
            tenant, "app", guest, """["notes/*.txt", { source = "site", destination = "/www/public" }]""",
            ("notes/one.txt", "one\n"u8.ToArray()), ("site/index.html", "<p>"u8.ToArray()), ("site/img/big", big));

        Assert.Equal("one\n", await AskAsync(tenant, "app", "cat=/notes/one.txt"));
        Assert.Equal("<p>", await AskAsync(tenant, "app", "cat=/www/public/index.html"));
        Assert.Equal(Encoding.ASCII.GetString(big), await AskAsync(tenant, "app", "cat=/www/public/img/big"));
        Assert.Equal("directory .\ndirectory ..\ndirectory img\nfile index.html\n", await AskAsync(tenant, "app", "list=/www/public"));
        Assert.Equal("errno 44\n", await AskAsync(tenant, "app", "cat=/site/index.html"));
        Assert.Equal("file 2000000 0\n", await AskAsync(tenant, "app", "stat=/www/public/img/big"));
    }

    /// <summary>Attacks A22 and A23: neither the host's files nor another app's, whatever the path, and nothing is written.</summary>
    [Fact]
    public async Task Files_OfOthers_AreAbsentAndItsOwnReadOnly()
    {
        var (tenant, other) = (await platform.NewTenantAsync(), await platform.NewTenantAsync());
        await DeployAsync(tenant, "app", "c-files", """["a.txt"]""", ("a.txt", "mine\n"u8.ToArray()));
        await DeployAsync(tenant, "second", "c-files", """["b.txt"]""", ("b.txt", "of the second app\n"u8.ToArray()));
        await DeployAsync(other, "app", "c-files", """["c.txt"]""", ("c.txt", "the other's\n"u8.ToArray()));
        await other.DeployAsync("none", "c-files");

        Assert.Equal("mine\n", await AskAsync(tenant, "app", "cat=/a.txt"));
        Assert.Equal("directory .\ndirectory ..\nfile a.txt\n", await AskAsync(tenant, "app", "list=/"));
        foreach (var path in (string[])["/b.txt", "/c.txt", "/etc/passwd", "/../../../../etc/passwd", "../b.txt", $"{platform.Server.DataDirectory}/platform.db"])
        {
            Assert.Matches(@"\Aerrno (44|63|76)\n\z", await AskAsync(tenant, "app", "cat=" + path));
        }

        Assert.Equal("0\n", await AskAsync(other, "none", "wasi-directories="));
        var refused = await AskAsync(tenant, "app", "refuse=/a.txt");
        Assert.Contains("truncate: errno 69\n", refused, StringComparison.Ordinal);
        Assert.Contains("unlink: errno 69\n", refused, StringComparison.Ordinal);
        Assert.Equal("mine\n", await AskAsync(tenant, "app", "cat=/a.txt"));
    }

    [Fact]
    public async Task Version_SeesItsOwnFiles_AndARollbackThoseOfBefore()
    {
        var tenant = await platform.NewTenantAsync();
        await DeployAsync(tenant, "app", "c-files", """["a.txt", "old.txt"]""", ("a.txt", "first\n"u8.ToArray()), ("old.txt", "old\n"u8.ToArray()));
        Assert.Equal("first\n", await AskAsync(tenant, "app", "cat=/a.txt"));
        await DeployAsync(tenant, "app", "c-files", """["a.txt"]""", ("a.txt", "second\n"u8.ToArray()));
        Assert.Equal("second\n", await AskAsync(tenant, "app", "cat=/a.txt"));
        Assert.Equal("errno 44\n", await AskAsync(tenant, "app", "cat=/old.txt"));
        using var rollback = await tenant.ApiAsync(HttpMethod.Post, "app", "/rollback");
        await PlatformServer.ExpectAsync(rollback, HttpStatusCode.OK);

        Assert.Equal("first\n", await AskAsync(tenant, "app", "cat=/a.txt"));
        Assert.Equal("old\n", await AskAsync(tenant, "app", "cat=/old.txt"));
    }

    [Fact]
    public async Task Deploy_OfAFileBelowAFile_IsRefused()
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.TryDeployManifestAsync(
            "app",
            Manifests.For("app.wasm", files: """[{ source = "a", destination = "/x" }, { source = "b", destination = "/x/y" }]"""),
            ("app.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-files"))),
            ("a", "1"u8.ToArray()),
            ("b", "2"u8.ToArray()));
        var problem = await PlatformServer.ExpectAsync(response, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("/x/y", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_WithTheCacheDeleted_FetchesAgain_AndADiskThatCantBeWrittenIs503()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        Tenant tenant;
        await using (var server = await PlatformServer.StartAsync(data))
        {
            tenant = await server.CreateTenantAsync("acme");
            await DeployAsync(tenant, "app", "c-files", """["a.txt"]""", ("a.txt", "here\n"u8.ToArray()));
            Assert.Equal("here\n", await AskAsync(tenant, "app", "cat=/a.txt"));
            Assert.Single(Directory.GetFiles(Path.Combine(data, "files"), "*", SearchOption.AllDirectories));
            Assert.Equal(0, await server.StopAsync());
        }

        Directory.Delete(Path.Combine(data, "files"), recursive: true);
        await using var next = await PlatformServer.StartAsync(data);
        tenant = new Tenant(next, tenant.Name, tenant.Token);
        var inTheWay = Path.Combine(data, "files", "tmp");
        await File.WriteAllTextAsync(inTheWay, "");
        using (var refused = await tenant.GetAsync("app", "/?cat=/a.txt"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.DoesNotContain(data, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        File.Delete(inTheWay);
        Assert.Equal("here\n", await AskAsync(tenant, "app", "cat=/a.txt"));
    }

    private static async Task DeployAsync(Tenant tenant, string app, string guest, string files, params (string Path, byte[] Content)[] content) =>
        await tenant.DeployManifestAsync(
            app, Manifests.For("app.wasm", files: files), [("app.wasm", await File.ReadAllBytesAsync(Repository.Guest(guest))), .. content]);

    private static async Task<string> AskAsync(Tenant tenant, string app, string query)
    {
        using var response = await tenant.GetAsync(app, "/?" + query);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{query}: {response.StatusCode}: {text}");
        return text;
    }
}
