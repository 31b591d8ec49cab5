using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Platform.Runtime.Sandboxes;

namespace Platform.Benchmarks.Runtime;

/// <summary>
/// One request of the bare runtime on one thread: store, instance, handler, response, limits and fuel on. Reported per request.
/// </summary>
[MemoryDiagnoser]
public class SandboxBenchmark
{
    private SandboxEngine _engine = null!;
    private LoadedHandler _handler = null!;
    private SandboxRequest _request = null!;

    /// <summary>The guest, by its name in tests/guests.</summary>
    [Params("c-hello", "c-libc", "js-fetch")]
    public string Guest { get; set; } = "";

    /// <summary>Compiles and loads the guest.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _engine = new SandboxEngine(new SandboxEngineOptions { Slots = 16 });
        var directory = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        SandboxEngine.Compile(File.ReadAllBytes(PathOf(Guest)), directory);
        _handler = _engine.Load(directory);
        Directory.Delete(directory, recursive: true);
        var sink = new DiscardingSink();
        _request = new SandboxRequest
        {
            RequestId = "bench",
            Method = "GET",
            Scheme = "http",
            Authority = "hello--demo.localhost",
            PathWithQuery = Guest == "c-hello" ? "/" : "/info",
            Headers = [new HeaderField("host", "hello--demo.localhost")],
            Limits = new SandboxLimits(),
            Response = sink,
            Log = sink,
            Permit = sink,
            Memory = sink,
        };
        if (Request().Outcome != SandboxOutcome.Completed)
        {
            throw new InvalidOperationException($"the guest doesn't answer: {Request()}");
        }
    }

    // BenchmarkDotNet builds and runs elsewhere: the tree is found from where the benchmarks were started.
    private static string PathOf(string guest)
    {
        var start = new ProcessStartInfo("bash", ["tests/guests/build.sh", "--path", guest])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Environment.GetEnvironmentVariable("PLATFORM_TREE") ?? throw new InvalidOperationException(
                "set PLATFORM_TREE to the root of the source tree (./load.sh runtime does)"),
        };
        using var process = Process.Start(start)!;
        var path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException($"tests/guests/build.sh --path {guest} failed");
    }

    /// <summary>Ends the engine.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _handler.Dispose();
        _engine.Dispose();
    }

    /// <summary>One request.</summary>
    [Benchmark]
    public SandboxResult Request() => _engine.Run(_handler, _request);
}
