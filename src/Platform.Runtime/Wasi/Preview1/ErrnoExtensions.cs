using Platform.Runtime.Wasi.Filesystem;

namespace Platform.Runtime.Wasi.Preview1;

/// <summary>Errors of files by preview 1's numbers.</summary>
internal static class ErrnoExtensions
{
    /// <summary>The number for an error of <c>wasi:filesystem</c>, as wit-component's adapter has it.</summary>
    public static Errno ToErrno(this FileError error) => error switch
    {
        FileError.Exist => Errno.Exist,
        FileError.Invalid => Errno.Invalid,
        FileError.IsDirectory => Errno.IsDirectory,
        FileError.NameTooLong => Errno.NameTooLong,
        FileError.NoEntry => Errno.NoEntry,
        FileError.NotDirectory => Errno.NotDirectory,
        FileError.NotPermitted => Errno.NotPermitted,
        FileError.ReadOnly => Errno.ReadOnly,
        _ => Errno.Io,
    };
}
