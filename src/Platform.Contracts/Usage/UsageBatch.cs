using Platform.Contracts.Series;

namespace Platform.Contracts.Usage;

/// <summary>What a worker reports (design section 9): applied once, however often it is sent.</summary>
/// <param name="Node">The worker's name.</param>
/// <param name="Start">Names one start of it: sequences begin anew with each.</param>
/// <param name="Sequence">Numbers the batches of a start, from 1. The same number always comes with the same deltas.</param>
/// <param name="Deltas">Each key once. With neither these nor any of <paramref name="Series"/> nothing is reported, only the answer is wanted, and the sequence means nothing.</param>
/// <param name="Series">Of series, each key once; null for none.</param>
public sealed record UsageBatch(string Node, string Start, long Sequence, IReadOnlyList<UsageDelta> Deltas, IReadOnlyList<SeriesDelta>? Series = null);
