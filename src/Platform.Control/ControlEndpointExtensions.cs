using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Control.Approvals;
using Platform.Control.Apps;
using Platform.Control.Audit;
using Platform.Control.Channels;
using Platform.Control.Domains;
using Platform.Control.Limits;
using Platform.Control.Logs;
using Platform.Control.Modules;
using Platform.Control.Oidc;
using Platform.Control.People;
using Platform.Control.Problems;
using Platform.Control.Quotas;
using Platform.Control.RateLimits;
using Platform.Control.Requests;
using Platform.Control.Series;
using Platform.Control.Sessions;
using Platform.Control.Tenants;
using Platform.Control.Tokens;
using Platform.Control.Traffic;
using Platform.Control.Triggers;
using Platform.Control.Usage;
using Platform.Control.Variables;
using Platform.Control.Versions;
using Platform.Control.Workers;

namespace Platform.Control;

/// <summary>Puts the control plane's REST API into a host.</summary>
public static class ControlEndpointExtensions
{
    private const string Prefix = "/v1";
    private const int MaxJsonBytes = 64 << 10;

    /// <summary>
    /// Adds what the API needs in the pipeline of the base domain: problem details for every error under <c>/v1</c>, authentication and authorization. Goes after
    /// routing (the framework's default place is right) and before <see cref="MapControl"/>'s endpoints run; never on the apps' host names.
    /// </summary>
    public static IApplicationBuilder UseControl(this IApplicationBuilder app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), v1 => v1.UseMiddleware<ProblemMiddleware>());
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), v1 => v1.UseCors());
        app.UseAuthentication();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Prefix), v1 => v1.UseMiddleware<RateLimitMiddleware>());
        app.UseAuthorization();
        return app;
    }

    /// <summary>Maps the API under <c>/v1</c> and its OpenAPI document at <c>/openapi/v1.json</c>.</summary>
    public static IEndpointRouteBuilder MapControl(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        var options = endpoints.ServiceProvider.GetRequiredService<ControlOptions>();
        var v1 = endpoints.MapGroup(Prefix).WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes));
        v1.MapGroup("").WithTags("Tenants").MapTenants();
        v1.MapGroup("").WithTags("Tenants").MapQuotas();
        v1.MapGroup("").WithTags("Usage").MapUsage();
        v1.MapGroup("").WithTags("Tokens").MapTokens();
        v1.MapGroup("").WithTags("Members").MapMembers();
        v1.MapGroup("").WithTags("Members").MapInvitations();
        v1.MapGroup("").WithTags("Users").MapUsers();
        v1.MapGroup("").WithTags("Users").MapMe();
        v1.MapGroup("").WithTags("Sessions").MapSessions();
        v1.MapGroup("").WithTags("Sessions").MapAuthority();
        v1.MapGroup("").WithTags("Operator").MapOperatorToken();
        v1.MapGroup("").WithTags("Operator").MapWorkers();
        endpoints.MapJwks();
        v1.MapGroup("").WithTags("Modules").MapModules(options);
        v1.MapGroup("").WithTags("Apps").MapApps();
        v1.MapGroup("").WithTags("Versions").MapVersions(options);
        v1.MapGroup("").WithTags("Variables").MapVariables();
        v1.MapGroup("").WithTags("Secrets").MapSecrets();
        v1.MapGroup("").WithTags("Limits").MapLimits();
        v1.MapGroup("").WithTags("Approvals").MapApprovals();
        v1.MapGroup("").WithTags("Traffic").MapTraffic();
        v1.MapGroup("").WithTags("Triggers").MapTriggers();
        v1.MapGroup("").WithTags("Channels").MapChannels();
        v1.MapGroup("").WithTags("Domains").MapDomains();
        v1.MapGroup("").WithTags("Audit").MapAudit();
        v1.MapGroup("").WithTags("Requests").MapRequests();
        v1.MapGroup("").WithTags("Metrics").MapMetrics();
        LogEndpoints.Map(v1.MapGroup("").WithTags("Logs"));
        return endpoints;
    }
}
