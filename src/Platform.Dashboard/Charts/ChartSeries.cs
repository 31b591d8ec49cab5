namespace Platform.Dashboard.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">A value for each of the chart's times; null leaves a gap.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double?> Values);
