namespace Platform.Contracts.Api;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items, in the list's order.</param>
/// <param name="Cursor">Gives the next page as <c>?cursor=</c>; null on the last one. Opaque, and good for this list only.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Cursor);
