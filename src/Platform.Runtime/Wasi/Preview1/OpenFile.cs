using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>A file or directory that a preview 1 guest has open.</summary>
internal sealed class OpenFile(SandboxFile file, bool isPreopened)
{
    /// <summary>What it stands for.</summary>
    public SandboxFile File { get; } = file;

    /// <summary>Whether it is the directory that the guest was given.</summary>
    public bool IsPreopened { get; } = isPreopened;

    /// <summary>Where the next read begins.</summary>
    public long Position { get; set; }
}
