using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Requests;

namespace Platform.Control.Requests;

/// <summary>Registers kept requests.</summary>
internal static class RequestServices
{
    public static void AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<RequestStore>();
        services.AddSingleton<RequestWriter>();
        services.AddSingleton<IRequestSink>(static provider => provider.GetRequiredService<RequestWriter>());
        services.AddHostedService(static provider => provider.GetRequiredService<RequestWriter>());
    }
}
