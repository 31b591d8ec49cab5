namespace Platform.Runtime.Sandboxes;

/// <summary>
/// Takes a body that a guest writes. All members are called on the guest thread, except that the callback given to <see cref="OnWritable"/> comes from any thread.
/// </summary>
public interface IBodyTarget
{
    /// <summary>How many body bytes may be written now; 0 means wait for <see cref="OnWritable"/>.</summary>
    int WritableBytes { get; }

    /// <summary>Takes body bytes, at most <see cref="WritableBytes"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Asks that what was written so far is sent on.</summary>
    void Flush();

    /// <summary>Runs the callback once, soon, when <see cref="WritableBytes"/> is positive again or the other side is gone.</summary>
    void OnWritable(Action callback);

    /// <summary>The body ended as the guest meant it to, with trailers (none: empty).</summary>
    void Complete(IReadOnlyList<HeaderField> trailers);
}
