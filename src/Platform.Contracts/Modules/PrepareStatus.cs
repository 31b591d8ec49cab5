namespace Platform.Contracts.Modules;

/// <summary>Outcomes of preparing a module.</summary>
public enum PrepareStatus
{
    /// <summary>Compiled; requests can run.</summary>
    Ready,

    /// <summary>The module itself is refused: 422 with the reason.</summary>
    Refused,

    /// <summary>No worker could do it now (none there, no capacity, disk): 503, try again.</summary>
    Unavailable,
}
