namespace Platform.Runtime.Wasi.Preview1;

/// <summary>The errors of <c>wasi_snapshot_preview1</c> (witx <c>errno</c>) that the platform gives.</summary>
internal enum Errno
{
    /// <summary><c>success</c>.</summary>
    Success = 0,

    /// <summary><c>badf</c>.</summary>
    BadFile = 8,

    /// <summary><c>exist</c>.</summary>
    Exist = 20,

    /// <summary><c>ilseq</c>.</summary>
    IllegalBytes = 25,

    /// <summary><c>inval</c>.</summary>
    Invalid = 28,

    /// <summary><c>io</c>.</summary>
    Io = 29,

    /// <summary><c>isdir</c>.</summary>
    IsDirectory = 31,

    /// <summary><c>mfile</c>.</summary>
    TooManyOpen = 33,

    /// <summary><c>nametoolong</c>.</summary>
    NameTooLong = 37,

    /// <summary><c>noent</c>.</summary>
    NoEntry = 44,

    /// <summary><c>notdir</c>.</summary>
    NotDirectory = 54,

    /// <summary><c>notsup</c>.</summary>
    NotSupported = 58,

    /// <summary><c>perm</c>.</summary>
    NotPermitted = 63,

    /// <summary><c>rofs</c>.</summary>
    ReadOnly = 69,

    /// <summary><c>spipe</c>.</summary>
    IllegalSeek = 70,
}
