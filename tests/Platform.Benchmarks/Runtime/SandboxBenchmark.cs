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

    /// <summary>The guest: a .wasm path in <c>PLATFORM_BENCH_GUESTS</c> (separated by colons), else the tiny C component.</summary>
    [ParamsSource(nameof(Guests))]
    public string Guest { get; set; } = "";

    /// <summary>The guests to measure.</summary>
    public static IEnumerable<string> Guests =>
        (Environment.GetEnvironmentVariable("PLATFORM_BENCH_GUESTS") ?? throw new InvalidOperationException(
            "set PLATFORM_BENCH_GUESTS to the .wasm files to measure, separated by colons (./load.sh runtime does)")).Split(':');

    /// <summary>Compiles and loads the guest.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _engine = new SandboxEngine(new SandboxEngineOptions { Slots = 16 });
        var directory = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        SandboxEngine.Compile(File.ReadAllBytes(Guest), directory);
        _handler = _engine.Load(directory);
        Directory.Delete(directory, recursive: true);
        var sink = new DiscardingSink();
        _request = new SandboxRequest
        {
            RequestId = "bench",
            Method = "GET",
            Scheme = "http",
            Authority = "hello--demo.localhost",
            PathWithQuery = "/",
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
