using System.Diagnostics;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Platform.Control;
using Platform.Host.Settings;

namespace Platform.Host.Telemetry;

/// <summary>OpenTelemetry for the whole process: instruments of every part, exported at <c>/metrics</c> and, when configured, by OTLP.</summary>
internal static class TelemetryExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Wires metrics always, traces only when there is somewhere to send them: without a listener a request makes no activity at all, which is what keeps
    /// tracing free when nobody looks. The standard <c>OTEL_*</c> variables apply.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="platform">What is sampled and exported.</param>
    /// <param name="isEdge">Whether clients' requests come to this process as they are.</param>
    public static void AddPlatformTelemetry(this WebApplicationBuilder builder, PlatformSettings platform, bool isEdge)
    {
        var otlp = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        builder.Services.AddSingleton<DistributedContextPropagator>(new TraceParent(platform.TraceSampling, isEdge));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("platform", serviceVersion: ProductVersion.Text))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Platform.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime");
                metrics.AddPrometheusExporter();
                if (otlp)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (otlp)
        {
            telemetry.WithTracing(traces => traces.AddSource("Platform.*", "Microsoft.AspNetCore")
                .SetSampler(new HeadSampler(platform.TraceSampling)).AddProcessor(new ErrorSpans()).AddOtlpExporter());
            if (platform.ExportAppLogs)
            {
                // Apps' lines only: what the platform says goes to the console.
                telemetry.WithLogging(static logs => logs.AddOtlpExporter(), static options => options.IncludeFormattedMessage = true);
                builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(static (category, _) => category == ControlOptions.AppLogCategory);
            }
        }
    }

    /// <summary>
    /// Levels for the console: what goes wrong, and what this platform's own parts say. Nothing is written for a request that went well.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="started">Whether starting is over: before that the framework's own report of a failed start, with its stack, stays out of the operator's one line.</param>
    public static void AddPlatformLogging(this WebApplicationBuilder builder, Func<bool> started)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.AddFilter((category, level) => category switch
        {
            // Tenants' lines are no console's.
            ControlOptions.AppLogCategory => false,

            // Enabled at any level, it would make an activity and a log scope for every request.
            "Microsoft.AspNetCore.Hosting.Diagnostics" => false,
            _ when category is null || !started() && category.StartsWith("Microsoft.", StringComparison.Ordinal) => false,

            // The framework's base class says at Information that a token is wrong: anybody could fill the console.
            _ when category.EndsWith("AuthenticationHandler", StringComparison.Ordinal) => level >= LogLevel.Warning,

            // And at Error, with a stack, that an antiforgery cookie is.
            "Microsoft.AspNetCore.Antiforgery.DefaultAntiforgery" => level >= LogLevel.Critical,
            // Who asks for it is told already.
            "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService" => level >= LogLevel.Critical,

            // The gateway says itself what it couldn't forward.
            _ when category.StartsWith("Yarp.", StringComparison.Ordinal) => level >= LogLevel.Critical,
            _ when category.StartsWith("Platform.", StringComparison.Ordinal) => level >= LogLevel.Information,
            _ => level >= LogLevel.Warning,
        });
    }
}
