using System.Diagnostics.Metrics;
using Platform.Contracts.Invocation;

namespace Platform.Gateway.Telemetry;

/// <summary>All instruments of the gateway. Tags are bounded: the type of the error, never tenant, app or host.</summary>
internal sealed class GatewayMetrics
{
    private readonly Counter<long> _errors;
    private readonly Counter<long> _retries;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Platform.Gateway");
        _errors = meter.CreateCounter<long>("platform.gateway.errors", "{request}", "Requests to apps that the platform answered itself, by the problem's type");
        _retries = meter.CreateCounter<long>("platform.gateway.retries", "{request}", "Requests that were given to another worker, by what became of the first attempt");
    }

    public void Retried(InvocationStatus status) => _retries.Add(1, new KeyValuePair<string, object?>("platform.outcome", OutcomeHeader.NameOf(status)));

    public void Answered(string problem) => _errors.Add(1, new KeyValuePair<string, object?>("error.type", problem));
}
