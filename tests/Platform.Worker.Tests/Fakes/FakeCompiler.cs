using Platform.Worker.Artifacts;

namespace Platform.Worker.Tests.Fakes;

/// <summary>"Compiles" by copying.</summary>
internal sealed class FakeCompiler : IModuleCompiler
{
    public const string FileName = "0.cwasm";

    private int _compiles;

    public int Compiles => _compiles;

    public Func<string, Task>? Before { get; set; }

    public async Task CompileAsync(string input, string outputDirectory, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _compiles);
        if (Before is not null)
        {
            await Before(outputDirectory);
        }

        File.Copy(input, Path.Combine(outputDirectory, FileName));
        await File.WriteAllTextAsync(Path.Combine(outputDirectory, "plan.json"), "{}", cancellationToken);
    }

    /// <summary>What <see cref="WaitUntilIdleAsync"/> waits for.</summary>
    public Func<Task> Idle { get; set; } = static () => Task.CompletedTask;

    public Task WaitUntilIdleAsync(CancellationToken cancellationToken) => Idle().WaitAsync(cancellationToken);
}
