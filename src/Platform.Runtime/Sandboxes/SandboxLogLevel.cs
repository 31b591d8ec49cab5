namespace Platform.Runtime.Sandboxes;

/// <summary>How grave a line is, in the order of <c>wasi:logging</c>'s <c>level</c>.</summary>
public enum SandboxLogLevel
{
    /// <summary>What is of use to who looks for a fault step by step.</summary>
    Trace,

    /// <summary>What is of use to who looks for a fault.</summary>
    Debug,

    /// <summary>What is good to know.</summary>
    Info,

    /// <summary>What is dangerous.</summary>
    Warn,

    /// <summary>What went wrong.</summary>
    Error,

    /// <summary>What the app can't go on after.</summary>
    Critical,
}
