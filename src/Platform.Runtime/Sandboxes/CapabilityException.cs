namespace Platform.Runtime.Sandboxes;

/// <summary>A capability's operation failed; the guest gets the message as its interface's error.</summary>
public sealed class CapabilityException(string message, Exception? inner = null, CapabilityFailure failure = CapabilityFailure.Other) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public CapabilityFailure Failure { get; } = failure;

    /// <summary>The SQL server's error; null when it isn't one.</summary>
    public SqlServerError? Server { get; init; }
}
