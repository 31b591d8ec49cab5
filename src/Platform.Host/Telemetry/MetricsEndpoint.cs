using Platform.Control;
using Platform.Gateway.Https;
using Platform.Host.Health;

namespace Platform.Host.Telemetry;

/// <summary><c>/metrics</c> in Prometheus' text format: for a scraper on this machine, and for the operator from anywhere.</summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    /// <summary>Answers local scrapes; goes before authentication.</summary>
    public static void UseLocalMetrics(this IApplicationBuilder app) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == Path && LocalRequest.Is(context));

    /// <summary>Answers listeners for scrapers; goes first.</summary>
    public static void UseMetricsListeners(this WebApplication app)
    {
        var listeners = new ApplicationBuilder(app.Services);
        listeners.UseOpenTelemetryPrometheusScrapingEndpoint(Path);
        listeners.UseRouting();
        listeners.UseEndpoints(HealthEndpoints.MapHealth);
        var answer = listeners.Build();
        app.Use(next => context => MetricsConnection.Is(context) ? answer(context) : next(context));
    }

    /// <summary>Maps it for everybody else.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint(Path).RequireOperator();
}
