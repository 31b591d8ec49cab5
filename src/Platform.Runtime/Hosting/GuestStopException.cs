using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Hosting;

/// <summary>A host call ends the request for a reason of the platform's: a limit, or the client gone.</summary>
internal sealed class GuestStopException(SandboxOutcome outcome, string message) : Exception(message)
{
    /// <summary>How the run is to end.</summary>
    public SandboxOutcome Outcome { get; } = outcome;
}
