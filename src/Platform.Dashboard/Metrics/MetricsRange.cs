namespace Platform.Dashboard.Metrics;

/// <summary>A time that charts are over.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Resolution">The API's name of a bucket.</param>
/// <param name="Bucket">A bucket's length.</param>
/// <param name="Refresh">How often it is read anew.</param>
internal sealed record MetricsRange(string Name, TimeSpan Length, string Resolution, TimeSpan Bucket, TimeSpan Refresh)
{
    /// <summary>Those to choose from.</summary>
    public static readonly IReadOnlyList<MetricsRange> All =
    [
        new("1 hour", TimeSpan.FromHours(1), "minute", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)),
        new("24 hours", TimeSpan.FromHours(24), "hour", TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)),
        new("7 days", TimeSpan.FromDays(7), "hour", TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)),
    ];

    /// <summary>The beginnings of its buckets up to now, the one that isn't over included.</summary>
    public IReadOnlyList<DateTimeOffset> Buckets(DateTimeOffset now)
    {
        var last = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Bucket.Ticks), TimeSpan.Zero);
        var count = (int)(Length / Bucket);
        return [.. Enumerable.Range(0, count).Select(i => last - ((count - 1 - i) * Bucket))];
    }
}
