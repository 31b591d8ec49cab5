namespace Platform.Runtime.Sandboxes;

/// <summary>A file's content can't be had now: the platform's trouble (disk full, store gone), not the guest's. Ends the request.</summary>
public sealed class SandboxFileException(string message, Exception? inner = null) : Exception(message, inner);
