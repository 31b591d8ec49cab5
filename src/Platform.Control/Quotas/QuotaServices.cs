using Microsoft.Extensions.DependencyInjection;
using Platform.Data.Blobs;

namespace Platform.Control.Quotas;

/// <summary>Registers tenants' quotas.</summary>
internal static class QuotaServices
{
    public static void AddQuotas(this IServiceCollection services)
    {
        services.AddSingleton<TenantQuotas>();
        services.AddSingleton<IStorageLimits>(provider => provider.GetRequiredService<TenantQuotas>());
    }
}
