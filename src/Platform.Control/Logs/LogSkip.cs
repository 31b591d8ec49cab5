namespace Platform.Control.Logs;

/// <summary>Where a follower goes on that was too far behind.</summary>
/// <param name="Position">After this line.</param>
/// <param name="Lines">So many it misses.</param>
internal sealed record LogSkip(long Position, long Lines);
