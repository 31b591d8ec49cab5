namespace Platform.Runtime.Sandboxes;

/// <summary>What a run cost and how it ended.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">For the tenant's log: the trap's message and wasm backtrace; never for the client. Null when completed.</param>
/// <param name="Fuel">Fuel used, host calls included.</param>
/// <param name="MemoryBytes">Size of all linear memories at the end (they only grow), and what the host held for the request.</param>
/// <param name="Cpu">Processor time of the guest thread; zero when not asked for.</param>
/// <param name="Wall">Time from entering the runner to leaving it.</param>
/// <param name="Instantiate">The part of it spent making the store and the instances.</param>
public readonly record struct SandboxResult(
    SandboxOutcome Outcome,
    string? Detail,
    long Fuel,
    long MemoryBytes,
    TimeSpan Cpu,
    TimeSpan Wall,
    TimeSpan Instantiate);
