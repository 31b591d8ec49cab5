using System.Net;
using System.Security.Cryptography;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>Settings in files of a directory (<c>Platform:SecretsDirectory</c>), as orchestrators mount secrets.</summary>
public sealed class SecretsDirectoryTests
{
    [Fact]
    public async Task Start_SettingsInFilesBehindLinks_AreTaken_AndTheEnvironmentGoesBefore()
    {
        using var secrets = new TemporaryDirectory();
        // As Kubernetes mounts them: the names are links through a link that is swapped when a value changes.
        Directory.CreateDirectory(secrets.Combine("..2026_11_26"));
        File.CreateSymbolicLink(secrets.Combine("..data"), "..2026_11_26");
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        foreach (var (name, value) in new[] { ("Platform__MasterKey", key), ("Platform__BaseDomain", "files.example"), ("Platform__AppsDomain", "apps.example") })
        {
            await File.WriteAllTextAsync(secrets.Combine($"..2026_11_26/{name}"), value + "\n");
            File.CreateSymbolicLink(secrets.Combine(name), $"..data/{name}");
        }

        await using var platform = await PlatformServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["Platform__SecretsDirectory"] = secrets.Path,
            ["Platform__BaseDomain"] = "environment.example",
        });

        Assert.False(File.Exists(Path.Combine(platform.DataDirectory, "master.key")), "a master key was made beside the one that was given");
        using var fromTheEnvironment = await platform.GetAppAsync("environment.example", "/sign-in");
        Assert.Equal(HttpStatusCode.OK, fromTheEnvironment.StatusCode);
        using var fromTheFile = await platform.GetAppAsync("files.example", "/sign-in");
        Assert.Equal(HttpStatusCode.NotFound, fromTheFile.StatusCode);
        var tenant = await platform.CreateTenantAsync("acme");
        Assert.Contains(".apps.example", (await tenant.DeployAsync("hello", "c-hello"))["url"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
