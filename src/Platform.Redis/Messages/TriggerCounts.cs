namespace Platform.Redis.Messages;

/// <summary>What became of a trigger's messages.</summary>
/// <param name="Handled">The handler took them.</param>
/// <param name="Failed">The handler returned an error, trapped or broke a limit.</param>
/// <param name="Dropped">They never ran: too many at once, or too large.</param>
public readonly record struct TriggerCounts(long Handled, long Failed, long Dropped)
{
    /// <summary>The sum of two.</summary>
    public static TriggerCounts operator +(TriggerCounts left, TriggerCounts right) => Add(left, right);

    /// <summary>The sum of two.</summary>
    public static TriggerCounts Add(TriggerCounts left, TriggerCounts right) =>
        new(left.Handled + right.Handled, left.Failed + right.Failed, left.Dropped + right.Dropped);
}
