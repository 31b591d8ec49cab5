using Microsoft.Win32.SafeHandles;

namespace Platform.Runtime.Sandboxes;

/// <summary>Opens what files hold. Thread-safe.</summary>
public interface ISandboxFileContents
{
    /// <summary>
    /// Opens a content for reading at any offset; completes at once when this node has it, else once it was fetched. The caller disposes the handle, and may have
    /// gone away by then.
    /// </summary>
    /// <exception cref="SandboxFileException">It can't be had now.</exception>
    Task<SafeFileHandle> OpenAsync(SandboxFile file);
}
