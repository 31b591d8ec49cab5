using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Idempotency;

/// <summary>Registers what gives POSTs with a key their effect once.</summary>
internal static class IdempotencyServices
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services)
    {
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<IdempotentRequests>();
        services.AddSingleton<KeyLeases>();
        services.AddHostedService(static provider => provider.GetRequiredService<KeyLeases>());
        return services;
    }
}
