using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>The resource of that name of <c>wasi:filesystem/types</c>.</summary>
internal sealed class DirectoryEntryStream(SandboxFile directory) : Resource
{
    private int _next;

    /// <summary>The next entry; null at the end.</summary>
    public SandboxFile? Next() => _next < directory.Children.Count ? directory.Children[_next++] : null;
}
