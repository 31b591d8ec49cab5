using System.Globalization;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.Cluster.Tests.Hosting;

/// <summary>One process of a cluster, which can be stopped or killed and started again as it was.</summary>
internal sealed class ClusterNode(string name, string roles, string directory, int? internalPort, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string>? own = null, bool hasClock = false) : IAsyncDisposable
{
    private string Clock => DataDirectory + ".clock";

    private readonly string _url = $"http://127.0.0.1:{TestPorts.Next()}";

    public string Name { get; } = name;

    public string DataDirectory { get; } = Path.Combine(directory, name);

    public Uri? InternalUrl { get; } = internalPort is { } port
        ? new Uri($"{(settings.ContainsKey("Platform__Internal__CertificatePath") ? "https" : "http")}://127.0.0.1:{port}")
        : null;

    public ServerProcess Process { get; private set; } = null!;

    /// <summary>Where it listens for clients: the same address after a restart.</summary>
    public Uri Url => new(_url);

    /// <summary>Sets its wall clock so far from this machine's, while it runs, and waits until it goes so.</summary>
    public async Task StepClockAsync(TimeSpan ahead)
    {
        SetClock(ahead);
        using var http = new HttpClient { BaseAddress = Url };
        await Waiting.ForAsync(
            async () =>
            {
                using var answer = await http.GetAsync("/healthz");
                return answer.Headers.Date is { } date && (date - DateTimeOffset.UtcNow - ahead).Duration() < TimeSpan.FromMinutes(1);
            },
            $"{Name}'s clock at {ahead}");
    }

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

        if (hasClock)
        {
            // libfaketime, of Debian's package faketime: the C library's realtime clock only.
            SetClock(TimeSpan.Zero);
            environment["LD_PRELOAD"] = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
            environment["FAKETIME_TIMESTAMP_FILE"] = Clock;
            environment["FAKETIME_CACHE_DURATION"] = "1";
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        }

        await DisposeAsync();
        Process = ServerProcess.Start(
            program ?? Repository.HostProgram,
            ["--roles", roles, "--urls", _url, "--data-dir", DataDirectory, .. InternalUrl is null ? [] : new[] { "--internal-urls", InternalUrl.ToString().TrimEnd('/') }],
            environment,
            directory);
        await Process.LineAsync("listening on");
    }

    public async Task StopAsync(int signal = ServerProcess.SigTerm)
    {
        Process.Signal(signal);
        await Process.WaitForExitAsync();
    }

    public ValueTask DisposeAsync() => Process is { } process ? process.DisposeAsync() : ValueTask.CompletedTask;

    private void SetClock(TimeSpan ahead)
    {
        File.WriteAllText(Clock + ".new", string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}s"));
        File.Move(Clock + ".new", Clock, overwrite: true);
    }
}
