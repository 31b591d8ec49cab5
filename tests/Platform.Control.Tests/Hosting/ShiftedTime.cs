namespace Platform.Control.Tests.Hosting;

/// <summary>The machine's time, moved forward by a test. Timers run as ever: days would otherwise be hundreds of thousands of background turns.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
}
