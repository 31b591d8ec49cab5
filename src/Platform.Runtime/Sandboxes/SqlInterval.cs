namespace Platform.Runtime.Sandboxes;

/// <summary>An interval of PostgreSQL's.</summary>
public sealed record SqlInterval(long Microseconds, int Days, int Months);
