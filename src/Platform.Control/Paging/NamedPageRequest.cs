namespace Platform.Control.Paging;

/// <summary>A page that was asked for of a list whose items have names and no numbers, checked.</summary>
/// <param name="List">The list it is of, with all that the cursor is bound to.</param>
/// <param name="Limit">How many items at most.</param>
/// <param name="After">The name of the last item of the page before; null for the first page.</param>
internal sealed record NamedPageRequest(string List, int Limit, string? After);
