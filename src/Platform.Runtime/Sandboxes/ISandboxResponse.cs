namespace Platform.Runtime.Sandboxes;

/// <summary>
/// Takes a guest's response. All members are called on the guest thread, except that the callback given to <see cref="OnWritable"/>
/// comes from any thread.
/// </summary>
public interface ISandboxResponse
{
    /// <summary>The response head: called at most once, status and fields already validated (100 is never passed; no CR, LF or NUL; no hop-by-hop fields).</summary>
    void Start(int status, IReadOnlyList<HeaderField> headers);

    /// <summary>How many body bytes may be written now; 0 means wait for <see cref="OnWritable"/>.</summary>
    int WritableBytes { get; }

    /// <summary>Takes body bytes, at most <see cref="WritableBytes"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Asks that what was written so far is sent on to the client.</summary>
    void Flush();

    /// <summary>Runs the callback once, soon, when <see cref="WritableBytes"/> is positive again or the client is gone.</summary>
    void OnWritable(Action callback);

    /// <summary>The body ended as the guest meant it to, with trailers (none: empty).</summary>
    void Complete(IReadOnlyList<HeaderField> trailers);
}
