using Platform.Contracts.Versions;

namespace Platform.Dashboard.Settings;

/// <summary>A limit of a request, as a form has it.</summary>
/// <param name="Id">Names the field.</param>
/// <param name="Label">What it is.</param>
/// <param name="Read">Its value; null where none is set.</param>
/// <param name="Write">The limits with another value.</param>
internal sealed record LimitField(string Id, string Label, Func<LimitsDocument, long?> Read, Func<LimitsDocument, long?, LimitsDocument> Write)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<LimitField> All { get; } =
    [
        new("fuel", "Fuel", static limits => limits.Fuel, static (limits, value) => limits with { Fuel = value }),
        new("memory", "Memory, bytes", static limits => limits.MemoryBytes, static (limits, value) => limits with { MemoryBytes = value }),
        new("wall", "Time, milliseconds", static limits => limits.WallMs, static (limits, value) => limits with { WallMs = value }),
        new("body", "Request's body, bytes", static limits => limits.RequestBodyBytes, static (limits, value) => limits with { RequestBodyBytes = value }),
        new("outbound", "Outbound requests", static limits => limits.OutboundRequests, static (limits, value) => limits with { OutboundRequests = value }),
        new("log", "Log, bytes", static limits => limits.LogBytes, static (limits, value) => limits with { LogBytes = value }),
    ];
}
