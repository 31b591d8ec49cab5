namespace Platform.Control.Variables;

/// <summary>What became of a change of a value.</summary>
internal enum ValueOutcome
{
    /// <summary>It was made.</summary>
    Changed,

    /// <summary>There is no such value, app or tenant.</summary>
    NotFound,

    /// <summary>It would have made a secret a variable.</summary>
    IsSecret,

    /// <summary>The app has as many values as it may.</summary>
    TooMany,

    /// <summary>The value isn't the one that the caller has read.</summary>
    Stale,
}
