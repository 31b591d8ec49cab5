using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Traffic;

/// <summary>Registers what splits apps' traffic.</summary>
internal static class TrafficServices
{
    public static IServiceCollection AddTraffic(this IServiceCollection services) => services.AddSingleton<TrafficStore>();
}
