using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Runtime;
using Platform.Worker.Artifacts;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Artifacts;

/// <summary>The parent's side, with shell scripts for the compiler: <c>$1</c> is the input, <c>$2</c> the output directory.</summary>
public sealed class CompileProcessTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Compile_Succeeding_LeavesItsOutput()
    {
        await CompileAsync("cp $1 $2/0.cwasm");
        Assert.Equal("module", File.ReadAllText(_directory.Combine("out", "0.cwasm")));
    }

    [Fact]
    public async Task Compile_Refusing_GivesTheReason()
    {
        var refused = await Assert.ThrowsAsync<HandlerRefusedException>(
            () => CompileAsync("""echo '{"refusal":"UnknownImport","message":"it imports acme:thing/x"}'; exit 3"""));
        Assert.Equal(HandlerRefusal.UnknownImport, refused.Refusal);
        Assert.Equal("it imports acme:thing/x", refused.Message);
    }

    [Theory]
    [InlineData("echo garbage; exit 3")]
    [InlineData("""echo '{"refusal":"Nonsense","message":"x"}'; exit 3""")]
    [InlineData("exit 1")]
    [InlineData("kill -SEGV $$")]
    public async Task Compile_Failing_IsThePlatformsTrouble(string script) =>
        await Assert.ThrowsAsync<ModuleUnavailableException>(() => CompileAsync(script));

    [Fact]
    public async Task Compile_ThatCannotWrite_IsAnIOException()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => CompileAsync("echo no space >&2; exit 5"));
        Assert.Equal("no space", failure.Message);
    }

    [Fact]
    public async Task Compile_OverItsTime_IsKilledWithItsChildren()
    {
        var refused = await Assert.ThrowsAsync<HandlerRefusedException>(() => CompileAsync(
            "echo $$ > $2/pid; sleep 1000 & echo $! >> $2/pid; wait", options => options.CompileTimeout = TimeSpan.FromSeconds(1)));
        Assert.Equal(HandlerRefusal.TooLarge, refused.Refusal);
        foreach (var pid in File.ReadAllLines(_directory.Combine("out", "pid")))
        {
            await Eventually.HoldsAsync(() => IsGone(pid), $"process {pid} is gone");
        }
    }

    [Fact]
    public async Task Compile_OverItsMemory_IsKilled()
    {
        var refused = await Assert.ThrowsAsync<HandlerRefusedException>(() => CompileAsync(
            "exec tail /dev/zero", options => options.CompileMemoryBytes = 64L << 20));
        Assert.Contains("64 MiB of memory", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_Cancelled_KillsTheChild()
    {
        using var cancel = new CancellationTokenSource();
        var compile = CompileAsync("echo $$ > $2/pid.tmp; mv $2/pid.tmp $2/pid; exec sleep 1000", cancellationToken: cancel.Token);
        await Eventually.HoldsAsync(() => File.Exists(_directory.Combine("out", "pid")), "the child runs");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => compile);
        Assert.True(IsGone(File.ReadAllText(_directory.Combine("out", "pid")).Trim()));
    }

    [Fact]
    public async Task Environment_OfTheChild_HasNoCredentials()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__Postgres", "Host=db;Password=planted");
        await CompileAsync("env > $2/env");

        var names = File.ReadAllLines(_directory.Combine("out", "env")).Select(static line => line.Split('=')[0]).ToList();
        Assert.Contains("PATH", names);
        Assert.All(names, static name => Assert.True(
            name is "PATH" or "HOME" or "TMPDIR" or "LANG" or "LD_LIBRARY_PATH" or "PWD" or "SHLVL" or "_" || name.StartsWith("DOTNET_", StringComparison.Ordinal), name));
    }

    [Fact]
    public async Task Compiles_OverTheNumber_WaitTheirTurn()
    {
        var options = Options("mkdir $1.busy || exit 1; sleep 0.05; rmdir $1.busy");
        using var compiler = new CompileProcess(options, 1, TimeProvider.System, NullLogger<CompileProcess>.Instance);
        var input = Input();

        // A second one at the same time would find the directory there and fail.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            compiler.CompileAsync(input, Directory.CreateDirectory(_directory.Combine(i.ToString(CultureInfo.InvariantCulture))).FullName, default)));
    }

    [Fact]
    public async Task WaitUntilIdle_ACompileRunsAndOneWaits_EndsAfterBoth()
    {
        var options = Options("while [ ! -e $1.go ]; do sleep 0.02; done; touch $2/ended");
        using var compiler = new CompileProcess(options, 1, TimeProvider.System, NullLogger<CompileProcess>.Instance);
        var input = Input();
        await compiler.WaitUntilIdleAsync(default);
        var compiles = Enumerable.Range(0, 2).Select(i =>
            compiler.CompileAsync(input, Directory.CreateDirectory(_directory.Combine(i.ToString(CultureInfo.InvariantCulture))).FullName, default)).ToList();

        var idle = compiler.WaitUntilIdleAsync(default);
        var early = idle.IsCompleted;
        await File.WriteAllTextAsync(input + ".go", "");
        await idle;

        Assert.False(early);
        Assert.True(File.Exists(_directory.Combine("0/ended")));
        Assert.True(File.Exists(_directory.Combine("1/ended")));
        await Task.WhenAll(compiles);
    }

    [Fact]
    public async Task Compiler_ThatIsNotThere_IsNamed()
    {
        var options = new WorkerOptions { CompilerPath = "/nonexistent/compiler" };
        using var compiler = new CompileProcess(options, 1, TimeProvider.System, NullLogger<CompileProcess>.Instance);
        var failure = await Assert.ThrowsAsync<ModuleUnavailableException>(() => compiler.CompileAsync(Input(), _directory.Path, default));
        Assert.Contains("/nonexistent/compiler", failure.Message, StringComparison.Ordinal);
    }

    private async Task CompileAsync(string script, Action<WorkerOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        var options = Options(script);
        configure?.Invoke(options);
        using var compiler = new CompileProcess(options, 1, TimeProvider.System, NullLogger<CompileProcess>.Instance);
        await compiler.CompileAsync(Input(), Directory.CreateDirectory(_directory.Combine("out")).FullName, cancellationToken);
    }

    private static WorkerOptions Options(string script) => new() { CompilerPath = "/bin/sh", CompilerArguments = ["-c", script, "sh"] };

    private string Input()
    {
        var path = _directory.Combine("module.wasm");
        File.WriteAllText(path, "module");
        return path;
    }

    // A zombie that nobody has waited for yet is dead too.
    private static bool IsGone(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
