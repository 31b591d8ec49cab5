using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Usage;
using Platform.Control.Problems;

namespace Platform.Control.Usage;

/// <summary>What usage is asked for, checked.</summary>
/// <param name="From">The first hour.</param>
/// <param name="To">Where the last one ends.</param>
/// <param name="Granularity">By what times.</param>
/// <param name="ByApp">Whether apps are kept apart.</param>
/// <param name="ByVersion">Whether versions are.</param>
internal sealed record UsageQuery(long From, long To, UsageGranularity Granularity, bool ByApp, bool ByVersion)
{
    /// <summary>Reads the query: the month so far when no time is said, by days. Exactly one of the results is null.</summary>
    public static bool TryRead(
        UsageParameters parameters, DateTimeOffset now, [NotNullWhen(true)] out UsageQuery? query, [NotNullWhen(false)] out ProblemHttpResult? refusal)
    {
        query = null;
        var granularity = parameters.Granularity switch
        {
            "hour" => UsageGranularity.Hour,
            null or "day" => UsageGranularity.Day,
            "month" => UsageGranularity.Month,
            _ => (UsageGranularity?)null,
        };
        var groups = (parameters.GroupBy ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var to = parameters.To ?? now;
        var from = UsageTime.HourOf(parameters.From ?? DateTimeOffset.FromUnixTimeMilliseconds(UsageTime.MonthOf(to)));

        // Before the first instant there is none, and time ends within the last hour.
        var end = Math.Min(UsageTime.HourOf(to == DateTimeOffset.MinValue ? to : to.AddTicks(-1)) + UsageTime.Hour, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        refusal = granularity is null ? Problem.Invalid("'granularity' must be hour, day or month.")
            : groups.Any(group => group is not ("app" or "version")) ? Problem.Invalid("'groupBy' takes app, version, or both with a comma.")
            : parameters.From >= to ? Problem.Invalid("'from' must be before 'to'.")
            : null;
        if (refusal is not null)
        {
            return false;
        }

        query = new UsageQuery(from, end, granularity!.Value, groups.Contains("app"), groups.Contains("version"));
        return true;
    }
}
