namespace Platform.Contracts.Modules;

/// <summary>What became of preparing a module.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Kinds">The handlers that it has when ready, of <see cref="HandlerKindNames"/>.</param>
/// <param name="Reason">For the tenant: why it was refused or failed; null when ready.</param>
public sealed record PrepareResult(PrepareStatus Status, IReadOnlyList<string> Kinds, string? Reason);
