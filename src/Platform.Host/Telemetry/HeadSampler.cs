using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Platform.Host.Telemetry;

/// <summary>
/// Decides at a trace's beginning, by its id, so that every process decides alike, and no client's flag decides for the platform. What isn't sampled is recorded all the same: <see cref="ErrorSpans"/> may find at its end that it failed. What is begun
/// below a span that was found so is sampled.
/// </summary>
internal sealed class HeadSampler(double ratio) : Sampler
{
    private readonly TraceIdRatioBasedSampler _byId = new(ratio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        var isSampled = (parent is { IsRemote: false, TraceFlags: ActivityTraceFlags.Recorded }) || _byId.ShouldSample(samplingParameters).Decision == SamplingDecision.RecordAndSample;
        return new SamplingResult(isSampled ? SamplingDecision.RecordAndSample : SamplingDecision.RecordOnly);
    }
}
