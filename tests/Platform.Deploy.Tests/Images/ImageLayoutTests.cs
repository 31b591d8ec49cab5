namespace Platform.Deploy.Tests.Images;

/// <summary>
/// What the image would hold, run as a container would run it, since no engine is on the machines that build: published by the Dockerfile's own command, then started by its own words as its own user on a
/// read-only file system without anything that chiselled images lack (<c>tests/deploy/image.sh</c>).
/// </summary>
public sealed class ImageLayoutTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Image_OnAReadOnlyFileSystemAsItsUser_DeploysAndServesAGuest()
    {
        var dockerfile = Dockerfile.Read();
        var app = _directory.Combine("app");
        await RunAsync("bash", "-c", dockerfile.Publish.Replace(" -o /app", $" -o {app} -nologo -v:q", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(app, Path.GetFileName(dockerfile.Entrypoint[0]))), $"{dockerfile.Entrypoint[0]} isn't what is published");
        Assert.Equal(dockerfile.Entrypoint[0], dockerfile.HealthCheck[0]);

        var output = await RunAsync(
            "unshare", "--mount", "--net", "--propagation", "private", Repository.In("tests/deploy/image.sh"), app, dockerfile.User,
            string.Join(' ', dockerfile.Entrypoint.Concat(dockerfile.Command)), string.Join(' ', dockerfile.HealthCheck), Repository.Guest("c-hello"));

        var user = dockerfile.User.Split(':')[0];
        Assert.Contains("healthz: 200 Healthy", output, StringComparison.Ordinal);
        Assert.Contains($"Uid:\t{user}\t{user}\t{user}\t{user}\n", output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000\n", output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("can be written", output, StringComparison.Ordinal);
        Assert.Contains("guest: Hello from WebAssembly", output, StringComparison.Ordinal);
        Assert.Contains("stopped: 0\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("healthy without", output, StringComparison.Ordinal);
        Assert.Contains($"data: {dockerfile.User} 700\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var process = ServerProcess.Start(program, arguments, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" }, Repository.Root);
        var code = await process.WaitForExitAsync(5 * ServerProcess.Patience);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{process.Output}\n{process.Errors}");
        return process.Output;
    }
}
