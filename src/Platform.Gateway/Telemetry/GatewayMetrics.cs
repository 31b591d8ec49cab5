using System.Diagnostics.Metrics;
using Platform.Contracts.Invocation;

namespace Platform.Gateway.Telemetry;

/// <summary>
/// All instruments of the gateway. Tags are bounded: the type of the error, never tenant, app or host. Requests to apps are counted here and not in <c>http.server.request.duration</c>: guests choose any status, and one that answers with all of
/// them, times methods and protocols, would use up the series that an instrument has, also for the API's requests.
/// </summary>
internal sealed class GatewayMetrics
{
    private static readonly string[] Classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    // Those of http.server.request.duration (OpenTelemetry's conventions).
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _retries;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Platform.Gateway");
        _duration = meter.CreateHistogram("platform.gateway.request.duration", "s", "Time of a request to an app, by the class of its status", null, Durations);
        _errors = meter.CreateCounter<long>("platform.gateway.errors", "{request}", "Requests to apps that the platform answered itself, by the problem's type");
        _retries = meter.CreateCounter<long>("platform.gateway.retries", "{request}", "Requests that were given to another worker, by what became of the first attempt");
    }

    public void Retried(InvocationStatus status) => _retries.Add(1, new KeyValuePair<string, object?>("platform.outcome", OutcomeHeader.NameOf(status)));

    public void Ended(int status, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("platform.status_class", Classes[Math.Clamp(status / 100, 1, 5) - 1]));

    public void Answered(string problem) => _errors.Add(1, new KeyValuePair<string, object?>("error.type", problem));
}
