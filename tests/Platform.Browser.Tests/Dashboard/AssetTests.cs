using Platform.Browser.Tests.Hosting;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>Scripts and styles come from the build's directories with <c>dotnet run</c>, and from beside the program once it is published: in both, with content.</summary>
public sealed class AssetTests
{
    [Fact]
    public async Task DotnetRun_AsInTheReadme_ServesScriptsAndStyles()
    {
        using var directory = new TemporaryDirectory();
        await using var process = HostPrograms.Run(directory);
        await ExpectPagesAsync(process, directory);
    }

    [Fact]
    public async Task DotnetPublish_Anywhere_ServesScriptsAndStyles()
    {
        using var directory = new TemporaryDirectory();
        await using var process = await HostPrograms.PublishAsync(directory);
        await ExpectPagesAsync(process, directory);
    }

    private static async Task ExpectPagesAsync(ServerProcess process, TemporaryDirectory directory)
    {
        var url = new Uri(await process.LineAsync("listening on"));
        await using var visit = await DashboardVisit.StartAsync(url, await HostPrograms.OperatorTokenAsync(directory));
        await visit.HeadingAsync("No tenant yet");
        visit.AssertClean();

        // What the pages asked for, each as it is.
        using var http = new HttpClient();
        var assets = visit.Browser.Requested.Select(static request => request.AbsolutePath).Where(static path => path.EndsWith(".js", StringComparison.Ordinal) || path.EndsWith(".css", StringComparison.Ordinal)).Distinct().ToList();
        foreach (var (start, least) in new[] { ("/_framework/blazor.web.", 100_000), ("/_content/MudBlazor/MudBlazor.min.", 50_000), ("/_content/Platform.Dashboard/dashboard.", 2_000), ("/_content/Platform.Dashboard/start.", 200) })
        {
            var path = assets.First(asset => asset.StartsWith(start, StringComparison.Ordinal));
            using var answer = await http.GetAsync(new Uri(url, path));
            Assert.True((await answer.Content.ReadAsByteArrayAsync()).Length > least, $"{path} has {answer.Content.Headers.ContentLength} bytes");
            Assert.Contains(answer.Content.Headers.ContentType?.MediaType, (string[])["text/javascript", "text/css"]);
            Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        }
    }
}
