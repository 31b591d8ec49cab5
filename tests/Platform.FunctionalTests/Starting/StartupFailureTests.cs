using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.FunctionalTests.Starting;

/// <summary>Each reason not to start: exit code 1 and one line on stderr that names the setting and what to do.</summary>
public sealed class StartupFailureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("--ulrs http://127.0.0.1:0", "unknown option '--ulrs'", "--urls")]
    [InlineData("--urls", "--urls: has no value", "write --urls VALUE")]
    [InlineData("--urls https://127.0.0.1:0", "--urls https://127.0.0.1:0: there is no certificate", "Platform:Tls:CertificatePath")]
    [InlineData("--urls http://127.0.0.1:eighty", "--urls 'http://127.0.0.1:eighty'", "http://127.0.0.1:8080")]
    [InlineData("--urls http://example.org:80", "'example.org' is no IP address", "http://0.0.0.0:80")]
    [InlineData("--roles all,cook", "--roles 'all,cook': 'cook' is no role", "control,gateway,worker")]
    [InlineData("--demo maybe", "--demo 'maybe'", "true or false")]
    [InlineData("--demo false --demo true", "--demo: given twice", "give it once")]
    public async Task Start_WrongCommandLine_IsRefusedInOneLine(string arguments, string names, string advises)
    {
        var line = await FailAsync(arguments.Split(' '));
        Assert.Contains(names, line, StringComparison.Ordinal);
        Assert.Contains(advises, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_NamesTheUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        var line = await FailAsync(["--urls", url, "--data-dir", _directory.Combine("data"), "--demo", "false"]);
        Assert.Contains($"--urls {url}: the port is in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataDirectoryNotWritable_NamesIt()
    {
        // Root may write anywhere but into the kernel's own file systems.
        var line = await FailAsync(["--data-dir", "/proc/platform-test"]);
        Assert.Contains("--data-dir /proc/platform-test: can't be written", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataDirectoryIsAFile_NamesIt()
    {
        var file = _directory.Combine("file");
        await File.WriteAllTextAsync(file, string.Empty);
        var line = await FailAsync(["--data-dir", file]);
        Assert.Contains($"--data-dir {file}: can't be written", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataDirectoryInUse_NamesTheProcessThatOwnsIt()
    {
        await using var first = await PlatformServer.StartAsync(_directory.Combine("data"));
        var line = await FailAsync(["--urls", "http://127.0.0.1:0", "--data-dir", first.DataDirectory]);
        Assert.Contains($"in use by another process (pid {first.Process.Id})", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_LockFileOfAKilledProcess_IsNoLock()
    {
        var data = _directory.Combine("data");
        await using (var first = await PlatformServer.StartAsync(data))
        {
            await first.StopAsync(ServerProcess.SigKill);
        }

        Assert.True(File.Exists(Path.Combine(data, "lock")));
        await using var second = await PlatformServer.StartAsync(data);
        Assert.Equal(0, await second.StopAsync());
    }

    [Theory]
    [InlineData("control", "", "ConnectionStrings:Postgres")]
    [InlineData("control", "ConnectionStrings__Postgres=Host=nowhere", "ConnectionStrings:Redis")]
    [InlineData("worker", "ConnectionStrings__Redis=nowhere:6379", "--internal-urls")]
    [InlineData("gateway", "", "Platform:ClusterKey")]
    [InlineData("gateway", "Platform__ClusterKey=c2hvcnQ=", "holds no cluster key")]
    [InlineData("gateway", "Platform__ClusterKey=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "Platform:ControlUrls")]
    [InlineData("gateway", "Platform__ClusterKey=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= Platform__ControlUrls__0=nowhere", "Platform:ControlUrls 'nowhere'")]
    [InlineData("gateway", "Platform__ClusterKey=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= Platform__Internal__KeyPath=/nowhere", "Platform:Internal: CertificatePath")]
    public async Task Start_RolesApart_NamesWhatIsMissing(string roles, string settings, string names)
    {
        var line = await FailAsync(
            ["--roles", roles, "--data-dir", _directory.Combine("data")],
            settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static setting => setting.Split('=', 2)).ToDictionary(static setting => setting[0], static setting => setting[1]));
        Assert.Contains(names, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AllRolesWithAnInternalListener_SaysThatNobodyCallsIt()
    {
        var line = await FailAsync(["--internal-urls", "http://127.0.0.1:0", "--data-dir", _directory.Combine("data")]);
        Assert.StartsWith("Platform.Host: --internal-urls: with --roles all", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PostgresUnreachable_NamesTheConnectionString()
    {
        var line = await FailAsync(
            ["--urls", "http://127.0.0.1:0", "--data-dir", _directory.Combine("data")],
            new() { ["ConnectionStrings__Postgres"] = "Host=127.0.0.1;Port=1;Username=platform;Password=hunter2;Timeout=2" });
        Assert.Contains("ConnectionStrings:Postgres", line, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SchemaOfAnotherLineOfPrograms_SaysWhichProgramToRun()
    {
        var data = _directory.Combine("data");
        await using (var first = await PlatformServer.StartAsync(data))
        {
            await first.StopAsync();
        }

        await using (var store = new SqliteConnection($"Data Source={Path.Combine(data, "platform.db")};Pooling=False"))
        {
            await store.OpenAsync();
            await using var command = store.CreateCommand();
            command.CommandText = "INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ('20261123_99_other', '', 0)";
            await command.ExecuteNonQueryAsync();
        }

        var line = await FailAsync(["--urls", "http://127.0.0.1:0", "--data-dir", data]);
        Assert.Contains("newer than this program", line, StringComparison.Ordinal);
        Assert.Contains("20261123_99_other", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Platform__Worker__RunPermits", "many", "Platform:Worker:RunPermits")]
    [InlineData("Platform__Limits__MaxFuel", "plenty", "Platform:Limits:MaxFuel")]
    [InlineData("Platform__Limits__MaxMemoryBytes", "1", "MaxMemoryBytes")]
    [InlineData("Platform__BaseDomian", "example.org", "Platform:BaseDomian: no such setting")]
    [InlineData("Platform__BaseDomain", "Example.org:80", "Platform:BaseDomain 'Example.org:80'")]
    [InlineData("Platform__PublicUrl", "https://example.org/path", "Platform:PublicUrl 'https://example.org/path'")]
    [InlineData("Platform__OperatorTokenFile", "/nowhere/token", "Platform:OperatorTokenFile: /nowhere/token")]
    [InlineData("Platform__TrustedProxies__0", "10.0.0.1/40", "Platform:TrustedProxies:0 '10.0.0.1/40'")]
    [InlineData("Platform__Dns__Servers__0", "dns.example.org", "Platform:Dns:Servers:0 'dns.example.org'")]
    [InlineData("Platform__Tls__CertificatePath", "/nowhere/tls.crt", "Platform:Tls:CertificatePath: no https address")]
    [InlineData("ConnectionStrings__Postgres", "Hots=db", "ConnectionStrings:Postgres")]
    public async Task Start_WrongSetting_IsNamed(string variable, string value, string names)
    {
        var line = await FailAsync(
            ["--urls", "http://127.0.0.1:0", "--data-dir", _directory.Combine("data")], new() { [variable] = value });
        Assert.Contains(names, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", "expired at")]
    [InlineData("key", "The key doesn't belong to the first certificate")]
    [InlineData("garbage", "There is no certificate")]
    [InlineData("missing", "can't be read")]
    public async Task Start_CertificateThatCantBeUsed_NamesTheFile(string what, string why)
    {
        var certificates = new TestCertificates();
        var (certificate, key) = what == "expired" ? certificates.Issue(DateTimeOffset.UtcNow.AddDays(-1), "platform.test") : certificates.Issue("platform.test");
        await File.WriteAllTextAsync(_directory.Combine("tls.crt"), what == "garbage" ? "garbage" : certificate);
        await File.WriteAllTextAsync(_directory.Combine("tls.key"), what == "key" ? certificates.Issue("platform.test").Key : key);
        var path = _directory.Combine(what == "missing" ? "nothing.crt" : "tls.crt");
        var line = await FailAsync(
            ["--urls", "https://127.0.0.1:0", "--data-dir", _directory.Combine("data")],
            new() { ["Platform__Tls__CertificatePath"] = path, ["Platform__Tls__KeyPath"] = _directory.Combine("tls.key") });
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains(why, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OtherCpuArchitecture_IsNamed()
    {
        // setarch makes the kernel report a 32-bit machine to the process.
        var line = await FailAsync([], program: "setarch", before: ["i686", Repository.HostProgram]);
        Assert.Contains("unsupported CPU 'X86'", line, StringComparison.Ordinal);
        Assert.Contains("were not run here", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CpuWithoutSse42_IsNamed()
    {
        var line = await FailAsync([], new() { ["DOTNET_EnableSSE42"] = "0" });
        Assert.Contains("SSE4.2", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OtherLibc_IsNamed()
    {
        var line = await FailAsync([], new() { ["DOTNET_RUNTIME_ID"] = "linux-musl-x64" });
        Assert.Contains("unsupported libc musl", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecretsDirectoryThatIsNotThere_IsNamed()
    {
        var line = await FailAsync([], new() { ["Platform__SecretsDirectory"] = _directory.Combine("secrets") });
        Assert.Contains($"Platform:SecretsDirectory '{_directory.Combine("secrets")}': can't be read", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecretsDirectoryWithAMistypedSetting_NamesIt()
    {
        await File.WriteAllTextAsync(_directory.Combine("Platform__MasterKye"), "c2VjcmV0");
        var line = await FailAsync([], new() { ["Platform__SecretsDirectory"] = _directory.Path });
        Assert.Contains("Platform:MasterKye: no such setting", line, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", line, StringComparison.Ordinal);
    }

    private async Task<string> FailAsync(
        string[] arguments, Dictionary<string, string>? environment = null, string? program = null, string[]? before = null)
    {
        await using var process = ServerProcess.Start(
            program ?? Repository.HostProgram, [.. before ?? [], .. arguments], environment ?? [], _directory.Path);
        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
        return Assert.Single(process.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
