using System.Diagnostics;
using OpenTelemetry;

namespace Platform.Host.Telemetry;

/// <summary>
/// Samples spans that failed, and those around them, whatever was decided at their beginning. It can do so for spans of this process that haven't ended: what ended before the failure was known, or is another process', isn't sampled by it.
/// Goes before the exporter, which takes what is sampled.
/// </summary>
internal sealed class ErrorSpans : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Status != ActivityStatusCode.Error && data.GetTagItem("http.response.status_code") is not >= 500)
        {
            return;
        }

        for (var span = data; span is not null; span = span.Parent)
        {
            span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        }
    }
}
