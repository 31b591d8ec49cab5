using Platform.Contracts.Usage;

namespace Platform.Worker.Tests.Fakes;

/// <summary>Keeps what is reported, each batch once, and fails when told to.</summary>
internal sealed class CollectingUsageSink : IUsageSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string, long), UsageBatch> _batches = [];

    /// <summary>Called with each batch that comes; what it throws is thrown at the worker.</summary>
    public Action<UsageBatch> Before { get; set; } = static _ => { };

    /// <summary>Called once the batch was taken: what it throws is an answer that got lost.</summary>
    public Action<UsageBatch> After { get; set; } = static _ => { };

    public UsageAnswer Answer { get; set; } = new(0, new Dictionary<long, long>());

    public IReadOnlyList<UsageBatch> Batches
    {
        get
        {
            lock (_lock)
            {
                return [.. _batches.Values];
            }
        }
    }

    public IReadOnlyList<UsageDelta> Deltas => [.. Batches.SelectMany(static batch => batch.Deltas)];

    public Task<UsageAnswer> ReportAsync(UsageBatch batch, CancellationToken cancellationToken)
    {
        Before(batch);
        lock (_lock)
        {
            if (batch.Sequence > 0 && !_batches.TryAdd((batch.Node, batch.Start, batch.Sequence), batch))
            {
                Assert.Same(_batches[(batch.Node, batch.Start, batch.Sequence)], batch);
            }
        }

        After(batch);
        return Task.FromResult(Answer);
    }
}
