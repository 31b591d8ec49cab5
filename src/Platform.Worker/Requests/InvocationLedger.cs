using System.Diagnostics;
using Platform.Contracts.Invocation;
using Platform.Contracts.Usage;
using Platform.Worker.Invocation;
using Platform.Worker.Usage;

namespace Platform.Worker.Requests;

/// <summary>
/// Writes down each request and message at its end, once: its usage, and, but for calls among an app's components, which are parts of the request that led to them, its minute of the app's series and its record.
/// </summary>
/// <param name="usage">Usage.</param>
/// <param name="series">Series; null for none.</param>
/// <param name="recorder">Records.</param>
/// <param name="time">The clock.</param>
internal sealed class InvocationLedger(UsageTable usage, SeriesTable? series, RequestRecorder recorder, TimeProvider time)
{
    /// <summary>One that didn't run.</summary>
    public void Refused(Exchange exchange, InvocationTarget target, in FoundComponent found, InvocationOutcome outcome, Activity? activity) =>
        Write(exchange, target, found, outcome, default, null, isCold: false, activity);

    /// <summary>One that ran.</summary>
    public void Ran(Exchange exchange, InvocationTarget target, in FoundComponent found, InvocationOutcome outcome, Invocation.Invocation invocation, bool isCold, Activity? activity) =>
        Write(exchange, target, found, outcome, SampleOf(exchange, invocation, isCold), invocation, isCold, activity);

    private void Write(
        Exchange exchange,
        InvocationTarget target,
        in FoundComponent found,
        InvocationOutcome outcome,
        in UsageSample sample,
        Invocation.Invocation? invocation,
        bool isCold,
        Activity? activity)
    {
        var ended = UsageTable.OutcomeOf(outcome.Status, invocation?.Response.Status ?? 0);
        usage.Add(found.Tenant.Id, found.App.Id, target.App, target.Version, ended, sample);
        var duration = time.GetElapsedTime(exchange.Began);
        var request = new EndedRequest(exchange, target, found, ended, StatusOf(exchange, outcome, invocation), duration, isCold);
        if (activity is not null && invocation is not null)
        {
            RequestTrace.Write(activity, request, invocation, time);
        }

        if (target.Depth > 0)
        {
            return;
        }

        if (series?.CellOf(found.Tenant.Id, found.App.Id, target.Version) is { } cell)
        {
            cell.Add(UsageOutcomes.IsError(ended), UsageOutcomes.IsThrottled(ended), isCold);
            if (invocation is not null)
            {
                cell.AddRun(duration, sample.Fuel, invocation.Result.MemoryBytes);
            }
        }

        recorder.Ended(request, invocation, activity);
    }

    // What the head said that went out, else what the gateway answers.
    private static int? StatusOf(Exchange exchange, InvocationOutcome outcome, Invocation.Invocation? invocation) =>
        !exchange.HasResponse || outcome.Status == InvocationStatus.ClientGone ? null
        : invocation is not null && (outcome.Status == InvocationStatus.Guest || outcome.HeadSent) ? invocation.Response.Status
        : outcome.ClientFault ?? InvocationStatusCodes.Of(outcome.Status);

    private static UsageSample SampleOf(Exchange exchange, Invocation.Invocation invocation, bool isCold)
    {
        var result = invocation.Result;
        var bytes = invocation.Outbound.Bytes;
        return new UsageSample
        {
            Fuel = result.Fuel,
            CpuTicks = result.Cpu.Ticks,
            WallTicks = result.Wall.Ticks,
            BytesIn = exchange.BytesIn,
            BytesOut = invocation.Response.DiscardsBody ? 0 : invocation.Response.BodyBytes,
            OutboundRequests = invocation.Outbound.Requests,
            OutboundBytesOut = bytes?.Sent ?? 0,
            OutboundBytesIn = bytes?.Received ?? 0,
            IsCold = isCold,
            LogBytes = invocation.Log.Bytes,
        };
    }
}
