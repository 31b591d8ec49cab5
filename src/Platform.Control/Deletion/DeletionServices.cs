using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Deletion;

/// <summary>Registers what ends deleted apps and tenants.</summary>
internal static class DeletionServices
{
    public static IServiceCollection AddDeletion(this IServiceCollection services) => services.AddSingleton<Purger>();
}
