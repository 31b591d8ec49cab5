namespace Platform.Control.Usage;

/// <summary>What times usage is summed by, <c>?granularity=</c>.</summary>
internal enum UsageGranularity
{
    /// <summary>Hours.</summary>
    Hour,

    /// <summary>Days, UTC.</summary>
    Day,

    /// <summary>Calendar months, UTC.</summary>
    Month,
}
