namespace Platform.Control.Traffic;

/// <summary>Outcomes of a change of traffic.</summary>
internal enum TrafficChangeStatus
{
    /// <summary>It is in force.</summary>
    Changed,

    /// <summary>The app is gone.</summary>
    NoApp,

    /// <summary>The app has another revision than the caller had read.</summary>
    OtherRevision,

    /// <summary>A version of it isn't ready any more.</summary>
    NotReady,
}
