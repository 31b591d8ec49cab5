namespace Platform.Redis.Messages;

/// <summary>How a trigger stands with its server.</summary>
/// <param name="IsSubscribed">Whether messages come.</param>
/// <param name="Reason">For the tenant: why not, once something has failed; null when nothing has.</param>
public sealed record TriggerState(bool IsSubscribed, string? Reason);
