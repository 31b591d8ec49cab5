namespace Platform.Runtime.Sandboxes;

/// <summary>Why a capability's operation failed, as far as the interfaces tell it apart.</summary>
public enum CapabilityFailure
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>No room is left.</summary>
    Full,

    /// <summary>The address isn't one, or the manifest doesn't allow it.</summary>
    Address,

    /// <summary>More connections than a request may have.</summary>
    TooManyConnections,

    /// <summary>The connection could not be made, or broke.</summary>
    Connection,

    /// <summary>A value of the wrong type was there.</summary>
    Type,

    /// <summary>An argument can't be passed on.</summary>
    Parameter,

    /// <summary>The server refused the statement.</summary>
    Query,

    /// <summary>A result can't be passed back.</summary>
    Conversion,
}
