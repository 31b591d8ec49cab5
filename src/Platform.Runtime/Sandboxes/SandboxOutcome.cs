namespace Platform.Runtime.Sandboxes;

/// <summary>How a run ended.</summary>
public enum SandboxOutcome
{
    /// <summary>The guest returned and its response is whole.</summary>
    Completed,

    /// <summary>The guest trapped (unreachable, out of bounds, stack overflow, exit with an error, a refused host call).</summary>
    Trap,

    /// <summary>Out of fuel.</summary>
    Fuel,

    /// <summary>Past the wall deadline.</summary>
    Wall,

    /// <summary>The guest returned without a response, with an error, or without finishing the body.</summary>
    NoResponse,

    /// <summary>The handler of a message returned an error.</summary>
    HandlerError,

    /// <summary>The node's memory for guests is used up.</summary>
    NodeMemory,

    /// <summary>A file of the component can't be had now.</summary>
    Files,

    /// <summary>No instance slot was free.</summary>
    NoSlot,

    /// <summary>The client went away.</summary>
    Aborted,

    /// <summary>The request body broke its limit while the guest read it.</summary>
    RequestBody,
}
