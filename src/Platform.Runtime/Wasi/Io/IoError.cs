using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Filesystem;

namespace Platform.Runtime.Wasi.Io;

/// <summary>A <c>wasi:io/error</c> error.</summary>
internal sealed class IoError(string message) : Resource
{
    /// <summary>For the guest's developer.</summary>
    public string Message { get; } = message;

    /// <summary>What <c>http-error-code</c> makes of it; null for nothing.</summary>
    public HttpErrorCode? Http { get; init; }

    /// <summary>What <c>filesystem-error-code</c> makes of it; null for nothing.</summary>
    public FileError? File { get; init; }
}
