namespace Platform.Contracts.Api;

/// <summary>A channel whose messages a component gets, and how that stands.</summary>
/// <param name="Channel">The channel as the manifest has it.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Address">The tenant's own Redis as the manifest has it, without user and password; null for a channel of the platform.</param>
/// <param name="State">How it stands.</param>
/// <param name="Reason">Why it isn't subscribed, where something failed; else null.</param>
/// <param name="Handled">Messages that the component took.</param>
/// <param name="Failed">Messages on which it returned an error, trapped or broke a limit.</param>
/// <param name="Dropped">Messages that came and never ran: too many at once, or too large.</param>
public sealed record RedisTriggerResource(
    string Channel, string Component, string? Address, TriggerStatus State, string? Reason, long Handled, long Failed, long Dropped);
