namespace Platform.Contracts.Usage;

/// <summary>Takes usage from workers.</summary>
public interface IUsageSink
{
    /// <summary>Applies a batch unless it was applied already. When it throws, the batch may or may not have been applied: it is to be sent again as it is.</summary>
    Task<UsageAnswer> ReportAsync(UsageBatch batch, CancellationToken cancellationToken);
}
