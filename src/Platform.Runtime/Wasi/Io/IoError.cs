using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>A <c>wasi:io/error</c> error.</summary>
internal sealed class IoError(string message) : Resource
{
    /// <summary>For the guest's developer.</summary>
    public string Message { get; } = message;
}
