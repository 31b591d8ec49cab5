using Platform.FunctionalTests.Hosting;

namespace Platform.Cluster.Tests.Hosting;

/// <summary>One process of a cluster, which can be stopped or killed and started again as it was.</summary>
internal sealed class ClusterNode(string name, string roles, string directory, int? internalPort, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string>? own = null) : IAsyncDisposable
{
    private string _url = "http://127.0.0.1:0";

    public string Name { get; } = name;

    public string DataDirectory { get; } = Path.Combine(directory, name);

    public Uri? InternalUrl { get; } = internalPort is { } port
        ? new Uri($"{(settings.ContainsKey("Platform__Internal__CertificatePath") ? "https" : "http")}://127.0.0.1:{port}")
        : null;

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>Where it listens for clients: the same address after a restart.</summary>
    public Uri Url => new(_url);

    /// <summary>Starts it.</summary>
    /// <param name="program">Another build than this tree's.</param>
    /// <param name="more">Further settings.</param>
    public async Task StartAsync(string? program = null, IReadOnlyDictionary<string, string>? more = null)
    {
        var environment = new Dictionary<string, string>(settings);
        foreach (var (key, value) in (own ?? new Dictionary<string, string>()).Concat(more ?? new Dictionary<string, string>()))
        {
            environment[key] = value;
        }

        await DisposeAsync();
        Process = ServerProcess.Start(
            program ?? Repository.HostProgram,
            ["--roles", roles, "--urls", _url, "--data-dir", DataDirectory, .. InternalUrl is null ? [] : new[] { "--internal-urls", InternalUrl.ToString().TrimEnd('/') }],
            environment,
            directory);
        _url = await Process.LineAsync("listening on");
    }

    public async Task StopAsync(int signal = ServerProcess.SigTerm)
    {
        Process.Signal(signal);
        await Process.WaitForExitAsync();
    }

    public ValueTask DisposeAsync() => Process is { } process ? process.DisposeAsync() : ValueTask.CompletedTask;
}
