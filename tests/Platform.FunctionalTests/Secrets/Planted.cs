namespace Platform.FunctionalTests.Secrets;

/// <summary>Something that was sent, which is found again wherever it went.</summary>
/// <param name="Text">What was sent: lower-case letters and digits, so that neither JSON nor a URL writes it otherwise.</param>
/// <param name="Place">In what it was sent.</param>
/// <param name="May">Where it may be seen.</param>
internal sealed record Planted(string Text, string Place, Seen May);
