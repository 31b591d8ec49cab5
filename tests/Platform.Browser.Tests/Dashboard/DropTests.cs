using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Platform.Browser.Tests.Hosting;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>What is dragged from a desktop onto the dashboard: all that can be deployed, what can't, and an upload that somebody thinks better of.</summary>
public sealed partial class DropTests : IDisposable
{
    private const string Pair =
        """
        spin_manifest_version = 2

        [application]
        name = "pair"

        [[trigger.http]]
        route = "/hello"
        component = "hello"

        [[trigger.http]]
        route = "/wagi"
        component = "wagi"
        executor = { type = "wagi" }

        [component.hello]
        source = "c-hello.wasm"

        [component.wagi]
        source = "c-wagi.wasm"
        """;

    private const string Site =
        """
        spin_manifest_version = 2

        [application]
        name = "site"

        [[trigger.http]]
        route = "/..."
        component = "site"

        [component.site]
        source = "target/site.wasm"
        files = [{ source = "assets", destination = "/" }]
        """;

    private readonly TemporaryDirectory _desktop = new();

    [GeneratedRegex("^[1-9][0-9]? % sent")]
    private static partial Regex PartIsSent();

    public void Dispose() => _desktop.Dispose();

    [Fact]
    public async Task Manifest_DroppedWithItsModules_IsDeployed()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/pair/deploy", "pair");

        await Dragged.DropAsync(visit.Page, await WriteAsync("spin.toml", Pair), Repository.Guest("c-hello"), Repository.Guest("c-wagi"));
        await visit.Page.GetByText("3 files: ").WaitForAsync();
        await visit.InspectAsync("dropped-manifest");
        await DeployAsync(visit, 1);

        Assert.Equal("Hello from WebAssembly\n", await ReadAsync(tenant, "pair", "/hello"));
        Assert.Equal("Hello from C\n", await ReadAsync(tenant, "pair", "/wagi"));
        visit.AssertClean();
    }

    /// <summary>As a project lies on somebody's disk: with more in it than is deployed.</summary>
    [Fact]
    public async Task Directory_Dropped_IsDeployed_WithWhatItsManifestNames()
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/site/deploy", "site");
        var files = await WriteSiteAsync();

        await Dragged.DropAsync(visit.Page, _desktop.Combine("site"));
        await visit.Page.GetByText($"{files} files: ").WaitForAsync();
        await DeployAsync(visit, 1);

        Assert.Equal("<h1>Home</h1>", await ReadAsync(tenant, "site", "/"));
        Assert.Equal("post 149", await ReadAsync(tenant, "site", $"/posts/{LongName(149)}"));
        Assert.Equal("", await ReadAsync(tenant, "site", "/empty.txt"));
        using var untold = await tenant.GetAsync("site", "/README.md");
        Assert.Equal(HttpStatusCode.NotFound, untold.StatusCode);
        visit.AssertClean();
    }

    [Theory]
    [InlineData("site.tar.gz", "tar czf ../site.tar.gz .")]
    [InlineData("site.tgz", "tar czf ../site.tgz *")]
    [InlineData("site.zip", "python3 -m zipfile -c ../site.zip spin.toml target assets README.md")]
    public async Task Archive_Dropped_IsDeployed(string name, string pack)
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/site/deploy", "site");
        await WriteSiteAsync();
        await using (var packing = ServerProcess.Start("bash", ["-c", pack], [], _desktop.Combine("site")))
        {
            Assert.True(await packing.WaitForExitAsync() == 0, packing.Errors);
        }

        await Dragged.DropAsync(visit.Page, _desktop.Combine(name));
        await visit.Page.GetByText($"1 file: {name}").WaitForAsync();
        await DeployAsync(visit, 1);

        Assert.Equal("post 7", await ReadAsync(tenant, "site", $"/posts/{LongName(7)}"));
        visit.AssertClean();
    }

    [Fact]
    public async Task FileThatIsNoComponent_OrNoArchive_IsRefusedInTheApisWords()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/hello/deploy", "hello");

        await ExpectRefusalAsync(visit, 422, "Module refused", await WriteAsync("notes.wasm", "not a module at all"));
        await visit.InspectAsync("module-refused");
        await ExpectRefusalAsync(visit, 422, "wasi:http/incoming-handler", Repository.Guest("no-handler"));
        await ExpectRefusalAsync(visit, 422, "acme:nothing/here", Repository.Guest("unknown-import"));
        await ExpectRefusalAsync(visit, 400, "must be a tar.gz or a zip", await WriteAsync("notes.zip", "not an archive at all"));
        await ExpectRefusalAsync(visit, 422, "no 'source' and no 'files' names it", await WriteAsync("spin.toml", Pair), Repository.Guest("c-hello"), Repository.Guest("c-wagi"), await WriteAsync("more.txt", "more"));
        await ExpectRefusalAsync(visit, 422, "spin_manifest_version", await WriteAsync("spin.toml", "name = 'nothing'"));

        // The page says so before anything is sent.
        await Dragged.DropAsync(visit.Page, Repository.Guest("c-hello"), Repository.Guest("c-wagi"));
        await visit.Page.GetByText("Several files need their spin.toml with them").WaitForAsync();
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).CountAsync());
        Directory.CreateDirectory(_desktop.Combine("empty"));
        await Dragged.DropAsync(visit.Page, _desktop.Combine("empty"));
        await visit.Page.GetByText("There is no file in what was dropped").WaitForAsync();
        using var app = await platform.SendAsync(HttpMethod.Get, "/v1/tenants/acme/apps/hello", platform.OperatorToken);
        Assert.Equal(HttpStatusCode.NotFound, app.StatusCode);
        visit.AssertClean();
    }

    [Fact]
    public async Task FileThatIsTooLarge_IsRefusedBeforeItIsSent_AndAnArchiveByTheApi()
    {
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/site/deploy", "site");

        await WriteSiteAsync();
        Enlarge("site/assets/video.bin", 65 << 20);
        await Dragged.DropAsync(visit.Page, _desktop.Combine("site"));
        await visit.Page.GetByText("assets/video.bin has 65.0 MiB; a file may have 64 MiB").WaitForAsync();
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).CountAsync());

        // More than the API reads of any request.
        Enlarge("much.tar.gz", 400 << 20);
        await ExpectRefusalAsync(visit, 413, "too large", _desktop.Combine("much.tar.gz"));
        visit.AssertClean();
    }

    [Fact]
    public async Task Upload_Cancelled_DeploysNothing_AndCanBeTriedAgain()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/apps/hello/deploy", "hello");
        await Dragged.DropAsync(page, await WriteAsync("hello.wasm", Padded(await File.ReadAllBytesAsync(Repository.Guest("c-hello")), 16 << 20)));
        var debugger = await page.Context.NewCDPSessionAsync(page);
        await debugger.SendAsync("Network.enable");
        await LimitAsync(debugger, 200_000);

        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await page.GetByText(PartIsSent()).WaitForAsync();
        await visit.InspectAsync("uploading");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByText("Nothing was deployed").WaitForAsync();
        await visit.InspectAsync("cancelled");
        using (var app = await tenant.ApiAsync(HttpMethod.Get, "hello", ""))
        {
            Assert.Equal(HttpStatusCode.NotFound, app.StatusCode);
        }

        // The file is still the chosen one.
        await LimitAsync(debugger, -1);
        await DeployAsync(visit, 1);
        await tenant.ExpectHelloAsync("hello");
        Assert.Equal(0, await page.GetByText("Cancelled").CountAsync());
        visit.AssertClean();
    }

    private static async Task DeployAsync(DashboardVisit visit, int version)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await visit.HeadingAsync($"Version {version} is live");
    }

    private static async Task ExpectRefusalAsync(DashboardVisit visit, int status, string words, params string[] paths)
    {
        await Dragged.DropAsync(visit.Page, paths);
        var alert = visit.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = words });
        await alert.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await alert.WaitForAsync();
        visit.AssertRefused(status);
    }

    private static async Task<string> ReadAsync(Tenant tenant, string app, string path)
    {
        using var answer = await tenant.GetAsync(app, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>How fast the browser sends from now on; -1 takes the limit away.</summary>
    private static async Task LimitAsync(ICDPSession debugger, int bytesASecond) => await debugger.SendAsync(
        "Network.emulateNetworkConditions",
        new Dictionary<string, object> { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = bytesASecond });

    /// <summary>The same module with a custom section of zeros, which says nothing (WebAssembly core, 5.5.3).</summary>
    private static byte[] Padded(byte[] module, int bytes)
    {
        using var padded = new MemoryStream();
        padded.Write(module);
        padded.WriteByte(0);
        for (var size = (uint)bytes; ;)
        {
            var rest = size >> 7;
            padded.WriteByte((byte)((size & 0x7f) | (rest > 0 ? 0x80u : 0)));
            if (rest == 0)
            {
                break;
            }

            size = rest;
        }

        padded.Write([3, (byte)'p', (byte)'a', (byte)'d']);
        padded.Write(new byte[bytes - 4]);
        return padded.ToArray();
    }

    private static string LongName(int number) => $"a-post-with-a-long-name-{new string('x', number)}-{number}.txt";

    private Task<string> WriteAsync(string name, string text) => WriteAsync(name, System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<string> WriteAsync(string name, byte[] content)
    {
        var path = _desktop.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content);
        return path;
    }

    private void Enlarge(string name, long bytes)
    {
        using var file = File.Create(_desktop.Combine(name));
        file.SetLength(bytes);
    }

    /// <summary>A static site in <c>site</c>; how many files there are.</summary>
    private async Task<int> WriteSiteAsync()
    {
        await WriteAsync("site/spin.toml", Site);
        await WriteAsync("site/target/site.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-static")));
        await WriteAsync("site/assets/index.html", "<h1>Home</h1>");
        await WriteAsync("site/assets/empty.txt", "");
        await WriteAsync("site/README.md", "how it is built");
        await WriteAsync("site/.git/HEAD", "ref: refs/heads/main");

        // More than a browser lists at once, with names longer than a tar's first field.
        for (var i = 0; i < 150; i++)
        {
            await WriteAsync($"site/assets/posts/{LongName(i)}", $"post {i}");
        }

        return 156;
    }
}
