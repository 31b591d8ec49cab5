namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>The cases of <c>wasi:filesystem/types</c> error-code that the platform gives, with their ordinals.</summary>
internal enum FileError
{
    /// <summary><c>exist</c>.</summary>
    Exist = 7,

    /// <summary><c>invalid</c>.</summary>
    Invalid = 12,

    /// <summary><c>io</c>.</summary>
    Io = 13,

    /// <summary><c>is-directory</c>.</summary>
    IsDirectory = 14,

    /// <summary><c>name-too-long</c>.</summary>
    NameTooLong = 18,

    /// <summary><c>no-entry</c>.</summary>
    NoEntry = 20,

    /// <summary><c>not-directory</c>.</summary>
    NotDirectory = 24,

    /// <summary><c>not-permitted</c>: the path leaves the directory that it starts at.</summary>
    NotPermitted = 31,

    /// <summary><c>read-only</c>.</summary>
    ReadOnly = 33,
}
