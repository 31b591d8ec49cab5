namespace Platform.Runtime.Wasi.Preview1;

/// <summary>The errors of <c>wasi_snapshot_preview1</c> (witx <c>errno</c>) that the platform gives.</summary>
internal enum Errno
{
    /// <summary><c>success</c>.</summary>
    Success = 0,

    /// <summary><c>badf</c>.</summary>
    BadFile = 8,

    /// <summary><c>inval</c>.</summary>
    Invalid = 28,

    /// <summary><c>io</c>.</summary>
    Io = 29,

    /// <summary><c>notsup</c>.</summary>
    NotSupported = 58,

    /// <summary><c>spipe</c>.</summary>
    IllegalSeek = 70,
}
