namespace Platform.Contracts.Modules;

/// <summary>What became of preparing a module.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Kind">The handler kind (<c>http-component</c> or <c>wagi-command</c>) when ready.</param>
/// <param name="Reason">For the tenant: why it was refused or failed; null when ready.</param>
public sealed record PrepareResult(PrepareStatus Status, string? Kind, string? Reason);
