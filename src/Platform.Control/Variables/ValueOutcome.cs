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

    /// <summary>It decides what a version may reach, which the tenant's owners approve.</summary>
    NeedsOwner,

    /// <summary>The value isn't the one that the caller has read.</summary>
    Stale,
}
