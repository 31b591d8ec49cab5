namespace Platform.Runtime.Sandboxes;

/// <summary>A range of PostgreSQL's; a bound that is null is infinite.</summary>
public sealed record SqlRange(object? Lower, bool LowerInclusive, object? Upper, bool UpperInclusive);
