namespace Platform.Runtime;

/// <summary>Why an uploaded binary was refused.</summary>
public enum HandlerRefusal
{
    /// <summary>Not a well-formed component or core module.</summary>
    Malformed,

    /// <summary>Well formed, but uses a proposal or construct that isn't supported.</summary>
    Unsupported,

    /// <summary>Imports an interface or function that isn't there, or with another type.</summary>
    UnknownImport,

    /// <summary>Exports none of the handlers that the platform calls.</summary>
    NoHandler,

    /// <summary>More modules, types, imports or nesting than is allowed, or a memory over the cap.</summary>
    TooLarge,
}
