namespace Platform.Worker.Capabilities;

/// <summary>Something that is made once, by the first who asks, for all; a failure is everybody's who asked, and the next who asks tries again. Thread-safe.</summary>
internal sealed class RetriedTask<T>(Func<Task<T>> make)
{
    private readonly Lock _gate = new();

    /// <summary>The last try; null before the first.</summary>
    public Task<T>? Current { get; private set; }

    /// <summary>The thing.</summary>
    public Task<T> GetAsync()
    {
        lock (_gate)
        {
            return Current is null || Current.IsFaulted || Current.IsCanceled ? Current = make() : Current;
        }
    }
}
