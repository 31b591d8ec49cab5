namespace Platform.Data.Moves;

/// <summary>What a PostgreSQL database is to a move.</summary>
/// <param name="Begun">The move that was begun into it; null when none is.</param>
/// <param name="Finished">The move that it is from; null when none is over.</param>
public sealed record MoveTarget(string? Begun, MoveReport? Finished);
