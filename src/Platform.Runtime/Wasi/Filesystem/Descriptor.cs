using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>The resource of that name of <c>wasi:filesystem/types</c>: a file or directory, for reading.</summary>
internal sealed class Descriptor(SandboxFile file) : Resource
{
    /// <summary>What it stands for.</summary>
    public SandboxFile File { get; } = file;
}
