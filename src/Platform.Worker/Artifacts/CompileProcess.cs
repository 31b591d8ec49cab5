using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Platform.Runtime;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Runs the compiler as a child process: bounded wall time and resident memory, no credentials in its environment, few at once, ended when this process ends
/// (the child watches its stdin, see <see cref="CompileCommand"/>).
/// </summary>
internal sealed partial class CompileProcess : IModuleCompiler, IDisposable
{
    private static readonly TimeSpan MemoryPoll = TimeSpan.FromMilliseconds(50);

    // What a .NET child needs to start; anything else could be a credential.
    private static readonly string[] KeptVariables = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "LANG"];

    private readonly string _path;
    private readonly IReadOnlyList<string> _arguments;
    private readonly TimeSpan _timeout;
    private readonly long _memoryBytes;
    private readonly TimeProvider _time;
    private readonly ILogger<CompileProcess> _logger;

    // SemaphoreSlim serves asynchronous waiters in order of arrival.
    private readonly SemaphoreSlim _places;
    private readonly int _count;

    // Compiles that run or wait for a place, and what completes when one of them ends.
    private int _wanted;
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CompileProcess(WorkerOptions options, int places, TimeProvider time, ILogger<CompileProcess> logger)
    {
        _path = options.CompilerPath ?? Environment.ProcessPath ?? throw new WorkerConfigurationException(
            $"This process doesn't know its own executable: set {WorkerOptions.Section}:{nameof(WorkerOptions.CompilerPath)}.");
        _arguments = options.CompilerArguments ?? DefaultArguments(_path);
        _timeout = options.CompileTimeout;
        _memoryBytes = options.CompileMemoryBytes;
        _time = time;
        _logger = logger;
        _count = places;
        _places = new SemaphoreSlim(places, places);
    }

    public async Task CompileAsync(string input, string outputDirectory, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _wanted);
        try
        {
            await _places.WaitAsync(cancellationToken);
            try
            {
                await RunAsync(input, outputDirectory, cancellationToken);
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _wanted);
            Interlocked.Exchange(ref _ended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    public async Task WaitUntilIdleAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look: an end after that look completes it.
            var ended = Volatile.Read(ref _ended).Task;
            if (Volatile.Read(ref _wanted) < _count)
            {
                return;
            }

            await ended.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _places.Dispose();

    internal static IReadOnlyList<string> DefaultArguments(string path) =>
        Path.GetFileNameWithoutExtension(path) == "dotnet" && Assembly.GetEntryAssembly()?.Location is { Length: > 0 } assembly
            ? [assembly, CompileCommand.Verb]
            : [CompileCommand.Verb];

    private async Task RunAsync(string input, string outputDirectory, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        using var child = Start(input, outputDirectory);
        var killed = default(string);
        try
        {
            var output = ReadCappedAsync(child.StandardOutput);
            var error = ReadCappedAsync(child.StandardError);
            killed = await WatchAsync(child, cancellationToken);
            LogCompiled(Path.GetFileNameWithoutExtension(input), child.ExitCode, _time.GetElapsedTime(started).TotalMilliseconds);
            if (killed is not null)
            {
                throw new HandlerRefusedException(HandlerRefusal.TooLarge, killed);
            }

            Judge(child.ExitCode, await output, await error);
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
                await child.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private Process Start(string input, string outputDirectory)
    {
        var start = new ProcessStartInfo(_path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = outputDirectory,
        };
        foreach (var argument in _arguments.Append(input).Append(outputDirectory))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.ToList())
        {
            if (!KeptVariables.Contains(name) && !name.StartsWith("DOTNET_", StringComparison.Ordinal))
            {
                start.Environment.Remove(name);
            }
        }

        // The managed part of the child holds the module and its plan; the native part is watched from here.
        start.Environment["DOTNET_GCHeapHardLimit"] = (_memoryBytes / 2).ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        try
        {
            return Process.Start(start) ?? throw new ModuleUnavailableException($"The compiler {_path} did not start.");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new ModuleUnavailableException($"The compiler {_path} did not start: {failure.Message}", failure);
        }
    }

    // Returns why the child was killed, or null when it ended by itself.
    private async Task<string?> WatchAsync(Process child, CancellationToken cancellationToken)
    {
        var exited = child.WaitForExitAsync(cancellationToken);
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await exited.WaitAsync(MemoryPoll, _time, cancellationToken);
                return null;
            }
            catch (TimeoutException)
            {
                var reason = _time.GetElapsedTime(started) > _timeout ? $"Compiling took longer than {_timeout.TotalSeconds:0} s."
                    : ResidentBytes(child.Id) > _memoryBytes ? $"Compiling took more than {_memoryBytes >> 20} MiB of memory."
                    : null;
                if (reason is not null)
                {
                    child.Kill(entireProcessTree: true);
                    await exited;
                    return reason;
                }
            }
        }
    }

    private void Judge(int exitCode, string output, string error)
    {
        switch (exitCode)
        {
            case CompileCommand.Done:
                return;
            case CompileCommand.Refused when ParseRefusal(output) is { } refusal:
                throw refusal;
            case CompileCommand.OutputFailed:
                throw new IOException(error.Trim());
            default:
                LogFailed(exitCode, error);
                throw new ModuleUnavailableException($"The compiler ended with code {exitCode}.");
        }
    }

    private static HandlerRefusedException? ParseRefusal(string output)
    {
        try
        {
            var line = JsonSerializer.Deserialize<CompileRefusal>(output, CompileRefusal.Json);
            return line is not null && Enum.TryParse<HandlerRefusal>(line.Refusal, out var refusal)
                ? new HandlerRefusedException(refusal, line.Message)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long ResidentBytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // The child ended between the poll and the read.
            return 0;
        }
    }

    private static async Task<string> ReadCappedAsync(StreamReader reader)
    {
        const int Cap = 16 << 10;
        var text = new StringBuilder();
        var buffer = new char[1024];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
        {
            text.Append(buffer, 0, Math.Min(read, Cap - text.Length));
        }

        return text.ToString();
    }

    [LoggerMessage(3101, LogLevel.Information, "Compile process for module {Module} ended with code {ExitCode} after {Milliseconds:0} ms")]
    private partial void LogCompiled(string module, int exitCode, double milliseconds);

    [LoggerMessage(3102, LogLevel.Error, "Compile process failed with code {ExitCode}: {Error}")]
    private partial void LogFailed(int exitCode, string error);
}
