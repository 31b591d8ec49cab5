using Platform.Runtime.Sandboxes;

namespace Platform.Benchmarks.Runtime;

/// <summary>Takes a response and a log and throws them away; permits everything.</summary>
internal sealed class DiscardingSink : ISandboxResponse, ISandboxLog, IRunPermit, IMemoryBudget
{
    public int WritableBytes => 1 << 20;

    public void Start(int status, IReadOnlyList<HeaderField> headers)
    {
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
    }

    public void Flush()
    {
    }

    public void OnWritable(Action callback) => callback();

    public void Complete(IReadOnlyList<HeaderField> trailers)
    {
    }

    public void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
    }

    public void Write(SandboxLogLevel level, string context, string message)
    {
    }

    public void Release()
    {
    }

    public void Acquire()
    {
    }

    public void Yield(TimeSpan used)
    {
    }

    public bool TryCharge(long bytes) => true;

    public void Release(long bytes)
    {
    }
}
