namespace Platform.Runtime.Wasi.Io;

/// <summary>What a stream can do at this moment.</summary>
internal enum StreamState
{
    /// <summary>Bytes can be read or written now.</summary>
    Ready,

    /// <summary>Not now; later.</summary>
    Pending,

    /// <summary>The end.</summary>
    Closed,

    /// <summary>Broken: <c>last-operation-failed</c>.</summary>
    Failed,
}
