using Microsoft.Win32.SafeHandles;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>Ready when a file's content is at hand, or can't be had.</summary>
internal sealed class ContentPollable(Task<SafeFileHandle> content) : Pollable
{
    /// <inheritdoc/>
    public override bool IsReady(RequestContext context) => content.IsCompleted;

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => content.GetAwaiter().UnsafeOnCompleted(context.Wake);
}
