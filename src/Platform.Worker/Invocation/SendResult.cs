namespace Platform.Worker.Invocation;

/// <summary>How sending went.</summary>
internal enum SendResult
{
    /// <summary>What was to be sent is with the server.</summary>
    Sent,

    /// <summary>The client is gone.</summary>
    ClientGone,

    /// <summary>The guest's head or length isn't right: nothing more is sent.</summary>
    BadResponse,
}
