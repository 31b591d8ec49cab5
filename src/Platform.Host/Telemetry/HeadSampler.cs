using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Platform.Host.Telemetry;

/// <summary>
/// Decides at a trace's beginning; what is begun below a span goes as that one does (<see cref="TraceParent"/> sees to what comes from other processes and from clients). What isn't sampled is recorded all the same: <see cref="ErrorSpans"/> may
/// find at its end that it failed, and what is begun below it afterwards is sampled too.
/// </summary>
internal sealed class HeadSampler(double ratio) : Sampler
{
    // By the id, which is this process' own random bits where there is no parent.
    private readonly TraceIdRatioBasedSampler _root = new(ratio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var isSampled = parent.TraceId == default
            ? _root.ShouldSample(samplingParameters).Decision == SamplingDecision.RecordAndSample
            : parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        return new SamplingResult(isSampled ? SamplingDecision.RecordAndSample : SamplingDecision.RecordOnly);
    }
}
