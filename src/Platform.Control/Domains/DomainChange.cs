namespace Platform.Control.Domains;

/// <summary>What came of a change of a domain.</summary>
internal enum DomainChange
{
    /// <summary>It was made.</summary>
    Done,

    /// <summary>There is no such app or domain.</summary>
    NotFound,

    /// <summary>The app has it already.</summary>
    Exists,

    /// <summary>The app has as many as it may.</summary>
    TooMany,

    /// <summary>The name was proven before, for another app.</summary>
    Taken,

    /// <summary>It was changed since the caller read it.</summary>
    Stale,
}
