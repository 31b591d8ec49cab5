using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Platform.Host.Telemetry;

/// <summary>Marks connections of a listener that serves <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> without a token, and nothing else (<c>Platform:MetricsUrls</c>).</summary>
internal sealed class MetricsConnection
{
    private static readonly MetricsConnection Mark = new();

    private MetricsConnection()
    {
    }

    /// <summary>Makes a listener such a one.</summary>
    public static void Use(ListenOptions options)
    {
        options.Protocols = HttpProtocols.Http1;
        options.Use(next => connection =>
        {
            connection.Features.Set(Mark);
            return next(connection);
        });
    }

    /// <summary>Whether a request came by one.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<MetricsConnection>() is not null;
}
