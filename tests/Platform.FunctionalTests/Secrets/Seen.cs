namespace Platform.FunctionalTests.Secrets;

/// <summary>Where something that was sent may be seen again.</summary>
[Flags]
internal enum Seen
{
    Nowhere = 0,

    /// <summary>In the answer to who sent it.</summary>
    Answer = 1,

    /// <summary>In what the API shows later: what it is for is to be shown.</summary>
    Api = 2,

    /// <summary>In the clear in the data directory and in backups.</summary>
    Store = 4,

    /// <summary>What the process writes to its console.</summary>
    Console = 8,

    /// <summary>Exported traces and metrics.</summary>
    Telemetry = 16,
}
