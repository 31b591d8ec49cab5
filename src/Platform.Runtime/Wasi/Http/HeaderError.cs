namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http/types</c> header-error, and none.</summary>
internal enum HeaderError
{
    /// <summary>No error.</summary>
    None = -1,

    /// <summary><c>invalid-syntax</c>; also for fields over the size limit, since the interface has no case of its own for these.</summary>
    InvalidSyntax = 0,

    /// <summary><c>forbidden</c>.</summary>
    Forbidden = 1,

    /// <summary><c>immutable</c>.</summary>
    Immutable = 2,
}
