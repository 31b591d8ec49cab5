using Platform.Control;
using Platform.Gateway.Https;

namespace Platform.Host.Telemetry;

/// <summary><c>/metrics</c> in Prometheus' text format: for a scraper on this machine, and for the operator from anywhere.</summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    /// <summary>Answers local scrapes; goes before authentication.</summary>
    public static void UseLocalMetrics(this IApplicationBuilder app) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == Path && LocalRequest.Is(context));

    /// <summary>Maps it for everybody else.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint(Path).RequireOperator();
}
