using System.Collections.Concurrent;
using System.Diagnostics;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Tests.Sandboxes;

/// <summary>The guests of tests/guests, compiled once and loaded into one engine for the whole test run.</summary>
internal static class Guests
{
    private static readonly Lazy<SandboxEngine> s_engine = new(() => new SandboxEngine(new SandboxEngineOptions { Slots = 32 }));
    private static readonly ConcurrentDictionary<string, Lazy<LoadedHandler>> s_loaded = new();

    /// <summary>The one engine.</summary>
    public static SandboxEngine Engine => s_engine.Value;

    /// <summary>A loaded guest by name.</summary>
    public static LoadedHandler Load(string name) => s_loaded.GetOrAdd(name, key => new Lazy<LoadedHandler>(() => Load(File.ReadAllBytes(Path(key))))).Value;

    /// <summary>A guest's binary; large ones are built on demand by the guests' own script.</summary>
    public static string Path(string name)
    {
        var script = System.IO.Path.Combine(Root, "tests", "guests", "build.sh");
        using var process = Process.Start(new ProcessStartInfo("bash", [script, "--path", name]) { RedirectStandardOutput = true })!;
        var path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }

    /// <summary>Compiles and loads a binary.</summary>
    public static LoadedHandler Load(byte[] wasm)
    {
        var directory = Directory.CreateTempSubdirectory("platform-guest-").FullName;
        try
        {
            SandboxEngine.Compile(wasm, directory);
            return Engine.Load(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Runs a request for a guest by name on a thread such as guests get.</summary>
    public static (SandboxResult Result, RecordedResponse Response) Run(
        string guest,
        string path = "/",
        string method = "GET",
        System.IO.Pipelines.PipeReader? body = null,
        SandboxLimits? limits = null,
        IMemoryBudget? memory = null,
        SandboxFiles? files = null,
        CancellationToken aborted = default) => Run(Load(guest), path, method, body, limits, memory, files, aborted);

    /// <summary>Has a handler take a message on a thread such as guests get.</summary>
    public static (SandboxResult Result, RecordedResponse Response) Send(LoadedHandler handler, byte[] message, SandboxLimits? limits = null)
    {
        var response = new RecordedResponse();
        return (Run(handler, new SandboxRequest
        {
            RequestId = "test",
            Message = message,
            Limits = limits ?? new SandboxLimits(),
            Response = response,
            Log = response,
            Permit = NoPermit.Instance,
            Memory = NoPermit.Instance,
        }), response);
    }

    /// <summary>Runs a request on a thread such as guests get.</summary>
    public static (SandboxResult Result, RecordedResponse Response) Run(
        LoadedHandler handler,
        string path = "/",
        string method = "GET",
        System.IO.Pipelines.PipeReader? body = null,
        SandboxLimits? limits = null,
        IMemoryBudget? memory = null,
        SandboxFiles? files = null,
        CancellationToken aborted = default)
    {
        var response = new RecordedResponse();
        var request = new SandboxRequest
        {
            RequestId = "test",
            Method = method,
            Scheme = "http",
            Authority = "hello--demo.localhost",
            PathWithQuery = path,
            Headers = [new HeaderField("host", "hello--demo.localhost"), new HeaderField("x-test", "näive")],
            Body = body,
            Environment = handler.Kinds == HandlerKinds.WagiCommand
                ? [new("REQUEST_METHOD", method), new("QUERY_STRING", path.Contains('?', StringComparison.Ordinal) ? path[(path.IndexOf('?', StringComparison.Ordinal) + 1)..] : "")]
                : [],
            Files = files,
            Limits = limits ?? new SandboxLimits(),
            Response = response,
            Log = response,
            Permit = NoPermit.Instance,
            Memory = memory ?? NoPermit.Instance,
            Aborted = aborted,
        };
        return (Run(handler, request), response);
    }

    private static SandboxResult Run(LoadedHandler handler, SandboxRequest request)
    {
        SandboxResult result = default;
        var thread = new Thread(() => result = Engine.Run(handler, request), 4 << 20);
        thread.Start();
        thread.Join();
        return result;
    }

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(System.IO.Path.Combine(directory!.FullName, "Platform.sln")))
            {
                directory = directory.Parent;
            }

            return directory.FullName;
        }
    }
}
