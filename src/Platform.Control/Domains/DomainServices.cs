using Microsoft.Extensions.DependencyInjection;
using Platform.Control.Keys;

namespace Platform.Control.Domains;

/// <summary>Registers custom domains. The host adds an <c>ISafeHttpFetcher</c> (the worker's).</summary>
internal static class DomainServices
{
    public static void AddDomains(this IServiceCollection services)
    {
        services.AddSingleton<DomainNames>();
        services.AddSingleton<DomainKeys>();
        services.AddSingleton<IReencryptable>(static provider => provider.GetRequiredService<DomainKeys>());
        services.AddSingleton<DomainStore>();
        services.AddSingleton<DomainSnapshots>();
        services.AddSingleton<ITxtLookup, DnsTxtLookup>();
        services.AddSingleton<DomainChecker>();
        services.AddSingleton<DomainChecks>();
        services.AddHostedService(static provider => provider.GetRequiredService<DomainChecks>());
    }
}
