namespace Platform.Control.Domains;

/// <summary>What looking for a domain's proof came to.</summary>
/// <param name="Method">How it is proven: <c>dns</c> or <c>http</c>; null when it isn't.</param>
/// <param name="Failure">What was found instead; null when it is proven.</param>
/// <param name="IsConclusive">Whether the DNS answered: only then has a proof gone that was there before.</param>
internal sealed record DomainCheck(string? Method, string? Failure, bool IsConclusive);
