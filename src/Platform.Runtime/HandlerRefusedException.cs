namespace Platform.Runtime;

/// <summary>
/// An uploaded binary can't be a handler here. The message names the construct or import and is meant for the tenant who uploaded it.
/// </summary>
public sealed class HandlerRefusedException(HandlerRefusal refusal, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public HandlerRefusal Refusal { get; } = refusal;
}
