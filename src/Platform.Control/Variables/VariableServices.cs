using Microsoft.Extensions.DependencyInjection;
using Platform.Control.Keys;

namespace Platform.Control.Variables;

/// <summary>Registers apps' variables and secrets.</summary>
internal static class VariableServices
{
    public static void AddVariables(this IServiceCollection services)
    {
        services.AddSingleton<ValueProtection>();
        services.AddSingleton<ValueStore>();
        services.AddSingleton<ValueWriter>();
        services.AddSingleton<VariableRules>();
        services.AddSingleton<IReencryptable, ValueReencryption>();
    }
}
