namespace Platform.Data.Backups;

/// <summary>Where a sequence stands.</summary>
/// <param name="Name">The sequence.</param>
/// <param name="LastValue">Its last number.</param>
/// <param name="IsCalled">Whether that was given out; else it is the next one.</param>
public sealed record PostgresSequence(string Name, long LastValue, bool IsCalled);
