using Platform.Worker.Admission;

namespace Platform.Worker.Tests.Admission;

/// <summary>Work that runs a function on its guest thread.</summary>
internal sealed class FakeWork(Action<GuestThread> run) : GuestWork
{
    private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when it ran, false when it was dropped.</summary>
    public Task<bool> Ran => _end.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public bool WasAborted { get; private set; }

    public override void Run(GuestThread thread)
    {
        try
        {
            run(thread);
            _end.SetResult(true);
        }
        catch (Exception failure)
        {
            _end.SetException(failure);
        }
    }

    public override void Dropped() => _end.SetResult(false);

    public override void Sweep()
    {
    }

    public override void Abort() => WasAborted = true;
}
