using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Io;

/// <summary>A <c>wasi:io/error</c> error.</summary>
internal sealed class IoError(string message, HttpErrorCode? http = null) : Resource
{
    /// <summary>For the guest's developer.</summary>
    public string Message { get; } = message;

    /// <summary>What <c>http-error-code</c> makes of it; null for nothing.</summary>
    public HttpErrorCode? Http { get; } = http;
}
