using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Usage;

namespace Platform.Control.Usage;

/// <summary>Registers metering.</summary>
internal static class UsageServices
{
    public static void AddUsage(this IServiceCollection services)
    {
        services.AddSingleton<UsageStore>();
        services.AddSingleton<IUsageSink, UsageSink>();
    }
}
