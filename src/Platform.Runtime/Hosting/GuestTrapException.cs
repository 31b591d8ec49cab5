namespace Platform.Runtime.Hosting;

/// <summary>A guest broke the rules of a host call (canonical ABI or the interface): the request ends as a trap. The message is for the tenant's log.</summary>
internal sealed class GuestTrapException(string message) : Exception(message);
