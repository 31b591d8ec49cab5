using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Series;

/// <summary>Registers series.</summary>
internal static class SeriesServices
{
    public static void AddSeries(this IServiceCollection services) => services.AddSingleton<SeriesStore>();
}
