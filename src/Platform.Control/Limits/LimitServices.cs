using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Limits;

/// <summary>Registers apps' limits.</summary>
internal static class LimitServices
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddSingleton<LimitCeilings>();
        services.AddSingleton<LimitStore>();
    }
}
