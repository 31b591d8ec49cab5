namespace Platform.Runtime.Sandboxes;

/// <summary>Takes what a guest writes to its standard streams; caps, splits and escapes are the implementation's. Must not throw or block.</summary>
public interface ISandboxLog
{
    /// <summary>Bytes written to stdout or stderr, any length, not aligned to lines.</summary>
    void Write(bool isError, ReadOnlySpan<byte> bytes);
}
