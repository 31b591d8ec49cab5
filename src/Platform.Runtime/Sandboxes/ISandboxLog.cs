namespace Platform.Runtime.Sandboxes;

/// <summary>Takes what a guest writes to its standard streams and logs; caps, splits and escapes are the implementation's. Must not throw or block.</summary>
public interface ISandboxLog
{
    /// <summary>Bytes written to stdout or stderr, any length, not aligned to lines.</summary>
    void Write(bool isError, ReadOnlySpan<byte> bytes);

    /// <summary>A line that the guest logged.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="context">What of the app it is about; may be empty.</param>
    /// <param name="message">What it says, any length.</param>
    void Write(SandboxLogLevel level, string context, string message);
}
