using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Platform.Contracts.Invocation;
using Platform.Host.Telemetry;

namespace Platform.Host.Tests.Telemetry;

/// <summary>Which traces are sent: decided at the edge by chance, behind it as the gateway did; and those that fail.</summary>
public sealed class SamplingTests
{
    // Below any ratio, by the id alone.
    private const string Lowest = "00-00000000000000000000000000000001-b7ad6b7169203331";
    private const string Highest = "00-ffffffffffffffffffffffffffffffff-b7ad6b7169203331";

    [Theory]
    [InlineData(Lowest + "-01")]
    [InlineData(Lowest + "-00")]
    [InlineData(Highest + "-01")]
    public void Client_AtTheEdge_ChoosesNothing(string sent)
    {
        foreach (var header in new[] { "traceparent", InvocationHeaders.TraceParent })
        {
            Assert.Equal(sent[..^2] + "00", Extract(0, isEdge: true, (header, sent)));
            Assert.Equal(sent[..^2] + "01", Extract(1, isEdge: true, (header, sent)));
            var sampled = Enumerable.Range(0, 10_000).Count(_ => Extract(0.1, isEdge: true, (header, sent))!.EndsWith("-01", StringComparison.Ordinal));
            Assert.InRange(sampled, 700, 1300);
        }
    }

    [Theory]
    [InlineData(Lowest + "-00")]
    [InlineData(Highest + "-01")]
    public void Gateway_BehindTheEdge_HasDecided(string sent) =>
        Assert.Equal(sent, Extract(0.5, isEdge: false, (InvocationHeaders.TraceParent, sent), ("traceparent", Lowest + "-01")));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("|0af7651916cd43dd8448eb211c80319c.1.")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    public void Client_WhoseContextIsNone_HasNone(string sent) => Assert.Null(Extract(1, isEdge: true, ("traceparent", sent), ("tracestate", "a=b")));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Sampler_WithoutAParent_GoesByTheRatio(double ratio, bool isSampled) => Assert.Equal(isSampled, Sample(ratio, default));

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 0)]
    [InlineData(false, false, 1)]
    public void Sampler_WithAParent_GoesAsThatDoes(bool isRemote, bool isRecorded, double ratio)
    {
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), isRecorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, null, isRemote);
        Assert.Equal(isRecorded, Sample(ratio, parent));
    }

    [Fact]
    public void Span_ThatFailed_IsSentWithThoseAroundIt()
    {
        var sent = new List<string>();
        using var source = new ActivitySource("Platform.Host.Tests.Sampling");
        using var tracing = Sdk.CreateTracerProviderBuilder().AddSource(source.Name).SetSampler(new HeadSampler(0))
            .AddProcessor(new ErrorSpans()).AddProcessor(new SimpleActivityExportProcessor(new Collector(sent))).Build();
        using (source.StartActivity("fine"))
        {
            using var part = source.StartActivity("part of fine");
        }

        Assert.Empty(sent);
        using (source.StartActivity("outer"))
        {
            using (source.StartActivity("before"))
            {
            }

            using (var failed = source.StartActivity("failed"))
            {
                failed!.SetStatus(ActivityStatusCode.Error);
            }

            using (source.StartActivity("after"))
            {
            }
        }

        using (var answered = source.StartActivity("answered"))
        {
            answered!.SetTag("http.response.status_code", 500);
        }

        using (var refused = source.StartActivity("refused"))
        {
            refused!.SetTag("http.response.status_code", 499);
        }

        Assert.Equal(["failed", "after", "outer", "answered"], sent);
    }

    /// <summary>What a client's flag would be if it came as far as here: with a parent that isn't sampled nothing is sent.</summary>
    [Theory]
    [InlineData(ActivityTraceFlags.None, 0)]
    [InlineData(ActivityTraceFlags.Recorded, 1)]
    public void Span_BelowARemoteOne_IsSentWhenThatIs(ActivityTraceFlags flags, int count)
    {
        var sent = new List<string>();
        using var source = new ActivitySource("Platform.Host.Tests.Remote");
        using var tracing = Sdk.CreateTracerProviderBuilder().AddSource(source.Name).SetSampler(new HeadSampler(0.5))
            .AddProcessor(new ErrorSpans()).AddProcessor(new SimpleActivityExportProcessor(new Collector(sent))).Build();
        using (source.StartActivity("request", ActivityKind.Server, new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, null, isRemote: true)))
        {
        }

        Assert.Equal(count, sent.Count);
    }

    private static bool Sample(double ratio, ActivityContext parent) => new HeadSampler(ratio)
        .ShouldSample(new SamplingParameters(parent, parent.TraceId == default ? ActivityTraceId.CreateRandom() : parent.TraceId, "request", ActivityKind.Server)).Decision switch
    {
        SamplingDecision.RecordAndSample => true,
        SamplingDecision.RecordOnly => false,
        _ => throw new InvalidOperationException("A span that fails could not be found."),
    };

    private static string? Extract(double ratio, bool isEdge, params (string Name, string Value)[] headers)
    {
        var carrier = headers.ToDictionary(static header => header.Name, static header => header.Value);
        new TraceParent(ratio, isEdge).ExtractTraceIdAndState(
            carrier,
            static (object? from, string name, out string? value, out IEnumerable<string>? values) => (value, values) = (((Dictionary<string, string>)from!).GetValueOrDefault(name), null),
            out var id,
            out var state);
        Assert.Null(state);
        return id;
    }

    private sealed class Collector(List<string> sent) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                sent.Add(span.DisplayName);
            }

            return ExportResult.Success;
        }
    }
}
