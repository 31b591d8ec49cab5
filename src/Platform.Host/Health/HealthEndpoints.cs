using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Platform.Host.Settings;

namespace Platform.Host.Health;

/// <summary><c>/healthz</c> (the process answers) and <c>/readyz</c> (it should get requests).</summary>
internal static class HealthEndpoints
{
    /// <summary>Adds the checks behind <c>/readyz</c>.</summary>
    public static void AddHealth(this IServiceCollection services, Roles roles)
    {
        var checks = services.AddHealthChecks().AddCheck<DrainingCheck>("draining");
        if ((roles & Roles.All) != 0)
        {
            checks.AddCheck<SnapshotCheck>("snapshot");
        }
    }

    /// <summary>Maps both.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/readyz");
    }
}
