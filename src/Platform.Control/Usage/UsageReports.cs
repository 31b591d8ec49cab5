using System.Globalization;
using Platform.Contracts.Api;
using Platform.Contracts.Usage;

namespace Platform.Control.Usage;

/// <summary>Turns the store's sums into what the API shows.</summary>
internal static class UsageReports
{
    /// <summary>The columns of an export.</summary>
    public static readonly string[] Header =
    [
        "time", "app", "version", "outcome", "requests", "fuel", "cpuMicroseconds", "wallMicroseconds", "bytesIn", "bytesOut", "outboundRequests", "outboundBytesOut", "outboundBytesIn", "coldStarts",
        "logBytes",
    ];

    /// <summary>Folds the rows' outcomes together, and days into months.</summary>
    public static UsageResource ToResource(UsageQuery query, IEnumerable<UsageHourRow> rows) => new(
        Time(query.From),
        Time(query.To),
        query.Granularity.ToString().ToLowerInvariant(),
        [
            .. rows
                .GroupBy(row => (Time: query.Granularity == UsageGranularity.Month ? UsageTime.MonthOf(row.Hour) : row.Hour, row.App, row.Version))
                .OrderBy(static group => group.Key.Time).ThenBy(static group => group.Key.App, StringComparer.Ordinal).ThenBy(static group => group.Key.Version)
                .Select(static group => new UsageRow(
                    Time(group.Key.Time),
                    group.Key.App,
                    (int?)group.Key.Version,
                    group.GroupBy(static row => row.Outcome).ToDictionary(static outcome => outcome.Key, static outcome => outcome.Sum(static row => row.Requests)),
                    group.Select(static row => row.Values).Aggregate(Add))),
        ]);

    /// <summary>A row of an export as JSON.</summary>
    public static UsageExportRow ToExport(UsageHourRow row) => new(Time(row.Hour), row.App!, (int)row.Version!.Value, row.Outcome, row.Values);

    /// <summary>A row of an export as CSV's fields.</summary>
    public static string?[] ToFields(UsageHourRow row)
    {
        var values = row.Values;
        return
        [
            Time(row.Hour).ToString("o", CultureInfo.InvariantCulture),
            row.App,
            Text(row.Version!.Value),
            row.Outcome,
            .. new[]
            {
                values.Requests, values.Fuel, values.CpuMicroseconds, values.WallMicroseconds, values.BytesIn, values.BytesOut, values.OutboundRequests, values.OutboundBytesOut, values.OutboundBytesIn,
                values.ColdStarts, values.LogBytes,
            }.Select(Text),
        ];
    }

    private static UsageValues Add(UsageValues a, UsageValues b) => new(
        a.Requests + b.Requests,
        a.Fuel + b.Fuel,
        a.CpuMicroseconds + b.CpuMicroseconds,
        a.WallMicroseconds + b.WallMicroseconds,
        a.BytesIn + b.BytesIn,
        a.BytesOut + b.BytesOut,
        a.OutboundRequests + b.OutboundRequests,
        a.OutboundBytesOut + b.OutboundBytesOut,
        a.OutboundBytesIn + b.OutboundBytesIn,
        a.ColdStarts + b.ColdStarts,
        a.LogBytes + b.LogBytes);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
