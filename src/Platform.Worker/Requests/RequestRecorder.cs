using System.Diagnostics;
using Platform.Contracts.Requests;
using Platform.Contracts.Usage;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Invocation;
using Platform.Worker.Logs;
using Platform.Worker.Telemetry;

namespace Platform.Worker.Requests;

/// <summary>Keeps requests: all that failed, as far as an app's rate of those goes, and a sample of the others. What isn't kept costs the look at a bucket.</summary>
internal sealed class RequestRecorder(IRequestSink sink, RequestRates rates, WorkerMetrics metrics, TimeProvider time)
{
    private const int MaxMethod = 32;
    private const int MaxPath = 1024;
    private const int MaxTrap = 16 << 10;

    /// <summary>A request has ended.</summary>
    /// <param name="ended">What became of it.</param>
    /// <param name="invocation">How it ran; null when it didn't.</param>
    /// <param name="activity">Its span; null for none.</param>
    public void Ended(in EndedRequest ended, Invocation.Invocation? invocation, Activity? activity)
    {
        var isFailure = UsageOutcomes.IsError(ended.Outcome);
        if (rates.TryTake(ended.Found.App.Id, isFailure))
        {
            sink.Write(RecordOf(ended, invocation, activity));
            metrics.Kept(isFailure);
        }
        else if (isFailure)
        {
            metrics.FailureNotKept();
        }
    }

    private RequestRecord RecordOf(in EndedRequest ended, Invocation.Invocation? invocation, Activity? activity)
    {
        var (target, exchange) = (ended.Target, ended.Exchange);
        var result = invocation?.Result ?? default;
        var (method, path) = exchange.Describe(target);
        return new RequestRecord(
            target.Tenant,
            target.App,
            time.GetUtcNow() - ended.Duration,
            target.RequestId,
            target.Version,
            ended.Found.Component.Document.Id,
            LogText.Cut(method, MaxMethod),
            LogText.Cut(path, MaxPath),
            LogText.Cut(target.Route, MaxPath),
            ended.Status,
            UsageOutcomes.Format(ended.Outcome),
            (long)ended.Duration.TotalMicroseconds,
            invocation is null ? null : Receipt.Of(result, target.Version, ended.IsCold),
            TrapOf(invocation),
            activity?.TraceId.ToHexString() ?? TraceIdOf(exchange.TraceParent),
            invocation is null ? [] : RequestSpans.Of(ended, invocation, time),
            invocation?.Calls.LeftOut ?? 0);
    }

    private static string? TrapOf(Invocation.Invocation? invocation) => invocation switch
    {
        null or { Result.Outcome: SandboxOutcome.Completed } or { Result.Detail: null } => null,
        _ => LogText.Cut(invocation.Result.Detail, MaxTrap, LogText.Kept),
    };

    // W3C Trace Context: version, trace id, span id, flags. What isn't one is none.
    private static string? TraceIdOf(string? parent) =>
        ActivityContext.TryParse(parent, null, out var context) ? context.TraceId.ToHexString() : null;
}
