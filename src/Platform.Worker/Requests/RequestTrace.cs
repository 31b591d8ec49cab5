using System.Diagnostics;
using Platform.Contracts.Usage;
using Platform.Worker.Telemetry;

namespace Platform.Worker.Requests;

/// <summary>A request's phases and host calls as OpenTelemetry spans, below the request's own.</summary>
internal static class RequestTrace
{
    /// <summary>Writes them, at the request's end: by then it is known whether it failed, and a failed request's spans are sampled whatever was decided at its beginning.</summary>
    public static void Write(Activity request, in EndedRequest ended, Invocation.Invocation invocation, TimeProvider time)
    {
        if (UsageOutcomes.IsError(ended.Outcome))
        {
            request.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        }

        if (!request.Recorded)
        {
            return;
        }

        var began = time.GetUtcNow() - ended.Duration;
        var spans = RequestSpans.Of(ended, invocation, time);
        var contexts = new ActivityContext[spans.Count];
        contexts[0] = request.Context;
        for (var i = 1; i < spans.Count; i++)
        {
            var span = spans[i];
            var start = began + TimeSpan.FromMicroseconds(span.StartUs);
            var kind = span.Attributes?.ContainsKey("server.address") == true ? ActivityKind.Client : ActivityKind.Internal;
            contexts[i] = request.Context;
            if (WorkerMetrics.StartSpan(span.Name, kind, contexts[span.Parent ?? 0], start) is not { } activity)
            {
                continue;
            }

            contexts[i] = activity.Context;
            foreach (var (name, value) in span.Attributes ?? new Dictionary<string, string>())
            {
                activity.SetTag(name, value);
            }

            if (span.Attributes?.ContainsKey("error.type") == true)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }

            activity.SetEndTime((start + TimeSpan.FromMicroseconds(span.DurationUs)).UtcDateTime);
            activity.Dispose();
        }
    }
}
